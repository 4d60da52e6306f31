package dev.alluvium.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Variables that name the file of a value. */
class ValueFileTest {
  private static final String JAAS = "ALLUVIUM_KAFKA_SASL_JAAS_CONFIG_FILE";

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"a login", "a login\n", "a login\r\n"})
  void aKafkaKeyTakesItsValueFromTheFile(String content) throws IOException {
    LoadedSettings loaded = load(Map.of(JAAS, file(content)));

    assertThat(loaded.settings().kafka()).containsEntry("sasl.jaas.config", "a login");
    assertThat(loaded.values().get("kafka.sasl.jaas.config").source()).isEqualTo(JAAS);
    assertThat(loaded.warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ALLUVIUM_TRAIN_LORA_RANK_FILE,train.lora.rank",
    "ALLUVIUM_MIX_WEIGHTS_MATH_FILE,mix.weights.math",
    "ALLUVIUM_DASHBOARD_PORT_FILE,dashboard.port",
  })
  void soDoesEveryOtherAndTheValueIsNotShown(String variable, String key) throws IOException {
    LoadedSettings.Value value = load(Map.of(variable, file("7\n"))).values().get(key);

    assertThat(value.text()).isEqualTo("7");
    assertThat(value.shown()).isEqualTo("***");
  }

  @Test
  void onlyOneLineBreakIsCut() throws IOException {
    LoadedSettings loaded = load(Map.of("ALLUVIUM_STREAMS_STATEDIR_FILE", file("own\n\n")));

    assertThat(loaded.values().get("streams.stateDir").text()).isEqualTo("own\n");
  }

  @Test
  void aKeyOfKafkasOwnThatEndsInFileIsMeantItself() {
    LoadedSettings loaded =
        load(Map.of("ALLUVIUM_KAFKA_SASL_OAUTHBEARER_ASSERTION_FILE", "/run/jwt"));

    assertThat(loaded.settings().kafka())
        .containsEntry("sasl.oauthbearer.assertion.file", "/run/jwt");
  }

  @Test
  void theCommandLineIsStronger() throws IOException {
    LoadedSettings loaded =
        new SettingsLoader(Map.of("ALLUVIUM_TRAIN_SEED_FILE", file("7")))
            .load(Optional.empty(), Map.of("train.seed", "8"));

    assertThat(loaded.values().get("train.seed"))
        .isEqualTo(new LoadedSettings.Value("8", "--set", false));
  }

  @Test
  void valueAndFileTogetherAreRefusedByName() throws IOException {
    String file = file("a");

    assertThatThrownBy(
            () -> load(Map.of("ALLUVIUM_TRAIN_SEED", "1", "ALLUVIUM_TRAIN_SEED_FILE", file)))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "ALLUVIUM_TRAIN_SEED and ALLUVIUM_TRAIN_SEED_FILE are both set: expected one of them");
  }

  @Test
  void aMissingFileIsToldWithItsVariableAndPath() {
    String file = directory.resolve("none").toString();

    assertThatThrownBy(() -> load(Map.of(JAAS, file)))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "the variable %s names the file '%s', which cannot be read: no such file"
                .formatted(JAAS, file));
  }

  @Test
  void aDirectoryAnEmptyNameAndBytesThatAreNoTextAreRefused() throws IOException {
    Path bytes = Files.write(directory.resolve("bytes"), new byte[] {(byte) 0xff, 1});

    assertThatThrownBy(() -> load(Map.of(JAAS, directory.toString())))
        .hasMessageContaining(JAAS)
        .hasMessageContaining(directory.toString());
    assertThatThrownBy(() -> load(Map.of(JAAS, ""))).hasMessageContaining("expected the path");
    assertThatThrownBy(() -> load(Map.of(JAAS, bytes.toString())))
        .hasMessageContaining("it is not UTF-8");
    assertThatThrownBy(() -> load(Map.of(JAAS, "/dev/zero"))).hasMessageContaining("more than");
  }

  @ParameterizedTest
  @CsvSource({
    "ALLUVIUM_TRAIN_LORA_RANK_FILE,hunter2",
    "ALLUVIUM_TRAIN_DTYPE_FILE,hunter2",
    "ALLUVIUM_DASHBOARD_HOST_FILE,hunter2",
  })
  void aValueThatIsRefusedIsNotTold(String variable, String value) throws IOException {
    String file = file(value);

    assertThatThrownBy(() -> load(Map.of(variable, file)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("***")
        .hasMessageNotContaining("hunter2");
  }

  private static LoadedSettings load(Map<String, String> variables) {
    return new SettingsLoader(variables).load(Optional.empty(), Map.of());
  }

  private String file(String content) throws IOException {
    return Files.writeString(directory.resolve("value"), content).toString();
  }
}
