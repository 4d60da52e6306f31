package dev.alluvium.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.config.LoadedSettings;
import dev.alluvium.cli.config.SettingsLoader;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What stands for everything on are the defaults that users get. */
class ArmTest {
  private final Map<String, LoadedSettings.Value> defaults =
      new SettingsLoader(Map.of()).load(Optional.empty(), Map.of()).values();

  @Test
  void everythingOnIsWhatIsOnByDefault() {
    assertThat(Arm.ALLUVIUM.settings()).hasSize(3);
    Arm.ALLUVIUM
        .settings()
        .forEach((key, value) -> assertThat(defaults.get(key).text()).as(key).isEqualTo(value));
  }

  @Test
  void windowsAreComparedWithEpochsAtTheDefaultNumberOfPasses() {
    String passes = "train.passesPerWindow";
    assertThat(new StreamVsBatchCommand().arms())
        .extracting(arm -> arm.settings().get(passes))
        .containsOnly(defaults.get(passes).text());
  }
}
