package dev.alluvium.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a process logs is known before its settings are checked. */
class LogSettingsTest {
  @Test
  void aWrongValueIsRefusedByName() {
    assertThatThrownBy(() -> new LogSettings("yaml", "INFO"))
        .hasMessage("log.format is 'yaml': expected text or json");
    assertThatThrownBy(() -> new LogSettings("json", "info"))
        .hasMessage("log.level is 'info': expected one of [DEBUG, INFO, WARN, ERROR]");
  }

  @Test
  void itIsKnownWhateverElseIsWrong(@TempDir Path directory) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("a.yaml"), "log:\n  format: json\nnonsense: 1\ntrain:\n  seed: x\n");
    SettingsLoader loader = new SettingsLoader(Map.of("ALLUVIUM_LOG_LEVEL", "WARN"));

    assertThat(loader.peek(Optional.of(file), Map.of(), "log.format")).isEqualTo("json");
    assertThat(loader.peek(Optional.of(file), Map.of(), "log.level")).isEqualTo("WARN");
    assertThat(loader.peek(Optional.of(file), Map.of("log.format", "text"), "log.format"))
        .isEqualTo("text");
    assertThat(loader.peek(Optional.of(directory.resolve("no.yaml")), Map.of(), "log.format"))
        .isEqualTo("text");
  }
}
