package dev.alluvium.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers, known keys, types and messages of the settings. */
class SettingsTest {
  @TempDir private Path directory;

  @Test
  void eachLayerIsStrongerThanTheOneBefore() throws IOException {
    Path file = file("train:\n  lora:\n    rank: 2\n    alpha: 3\n  seed: 4\n  threads: 5\n");
    Map<String, String> environment =
        Map.of("ALLUVIUM_TRAIN_LORA_ALPHA", "30", "ALLUVIUM_TRAIN_SEED", "40");

    LoadedSettings loaded =
        new SettingsLoader(environment).load(Optional.of(file), Map.of("train.seed", "400"));

    assertThat(loaded.settings().train().lora().rank()).isEqualTo(2);
    assertThat(loaded.settings().train().lora().alpha()).isEqualTo(30);
    assertThat(loaded.settings().train().seed()).isEqualTo(400);
    assertThat(loaded.settings().train().threads()).isEqualTo(5);
    assertThat(loaded.settings().train().clipNorm()).isEqualTo(1);
    assertThat(loaded.values().get("train.seed").source()).isEqualTo("--set");
    assertThat(loaded.values().get("train.lora.alpha").source()).isEqualTo("environment");
    assertThat(loaded.values().get("train.lora.rank").source()).isEqualTo(file.toString());
    assertThat(loaded.values().get("train.clipNorm").source()).isEqualTo("default");
    assertThat(loaded.warnings()).isEmpty();
  }

  @Test
  void camelCaseKeysHaveVariablesToo() {
    LoadedSettings loaded = load(Map.of("ALLUVIUM_TRAIN_COMMIT_MINSECONDS", "7"), Map.of());

    assertThat(loaded.settings().train().commit().minSeconds()).isEqualTo(7);
  }

  @Test
  void kafkaTakesAnyKeyFromEveryLayer() throws IOException {
    Path file =
        file(
            "kafka:\n  bootstrap.servers: a:1\n  security:\n    protocol: SASL_SSL\n  x: ${env:Y}\n");

    AlluviumSettings settings =
        new SettingsLoader(Map.of("ALLUVIUM_KAFKA_CLIENT_ID", "me"))
            .load(Optional.of(file), Map.of("kafka.retries", "9"))
            .settings();

    assertThat(settings.kafka())
        .containsOnly(
            Map.entry("bootstrap.servers", "a:1"),
            Map.entry("security.protocol", "SASL_SSL"),
            Map.entry("x", "${env:Y}"),
            Map.entry("client.id", "me"),
            Map.entry("retries", "9"));
  }

  @Test
  void offIsAWordAndNotFalse() throws IOException {
    Path file = file("s3ft:\n  mode: off\nkafka:\n  check.crcs: true\n  x: yes\n");

    AlluviumSettings settings =
        new SettingsLoader(Map.of()).load(Optional.of(file), Map.of()).settings();

    assertThat(settings.s3ft().mode()).isEqualTo("off");
    assertThat(settings.kafka()).containsEntry("check.crcs", "true").containsEntry("x", "yes");
  }

  @Test
  void anUnknownKeyIsNamedWithItsFileAndTheNearestKnownOne() throws IOException {
    Path file = file("train:\n  lora:\n    rnak: 2\nqwertyuiop: 1\n");

    assertThatThrownBy(() -> new SettingsLoader(Map.of()).load(Optional.of(file), Map.of()))
        .asInstanceOf(type(SettingsException.class))
        .extracting(SettingsException::problems)
        .isEqualTo(
            List.of(
                file + ": unknown key qwertyuiop: `alluvium config print` lists all keys",
                file + ": unknown key train.lora.rnak: did you mean train.lora.rank?"));
  }

  @Test
  void anUnknownVariableIsAWarning() {
    LoadedSettings loaded = load(Map.of("ALLUVIUM_TRAIN_LORA_RNAK", "3"), Map.of());

    assertThat(loaded.warnings())
        .containsExactly("the variable ALLUVIUM_TRAIN_LORA_RNAK names no setting and is ignored");
  }

  @Test
  void theLaunchersVariablesAreNotWarnedAbout() {
    assertThat(load(Map.of("ALLUVIUM_JAVA_OPTS", "-Xmx1g"), Map.of()).warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train.lora.rank | zero | --set: train.lora.rank is 'zero': expected a whole number",
        "train.lora.rank | 1.5 | --set: train.lora.rank is '1.5'",
        "train.lora.rank | '' | --set: train.lora.rank is ''",
        "train.lora.rank | 0 | train.lora.rank is 0: expected 1 or more",
        "train.heartbeat | 10 | --set: train.heartbeat is '10': expected a whole number and ms, s, m, h or d, such as 30s",
        "train.heartbeat | soon | --set: train.heartbeat is 'soon'",
        "train.clipNorm | much | --set: train.clipNorm is 'much': expected a number",
        "train.learningRate | NaN | train.learningRate is NaN",
        "train.seed | 99999999999999999999 | --set: train.seed is '99999999999999999999': expected a whole number",
        "topics.replicationFactor | -1 | topics.replicationFactor is -1",
        "train.nope | 1 | --set: unknown key train.nope",
      })
  void aBadValueIsReportedWithItsKeyAndSource(String key, String value, String message) {
    assertThatThrownBy(() -> load(Map.of(), Map.of(key, value)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(message);
  }

  @Test
  void everythingThatIsWrongIsListedAtOnce() {
    Map<String, String> wrong =
        Map.of("train.lora.rank", "0", "train.heartbeat", "soon", "topics.replicationFactor", "x");

    assertThatThrownBy(() -> load(Map.of(), wrong))
        .asInstanceOf(type(SettingsException.class))
        .extracting(e -> e.problems().size())
        .isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"250ms,250", "30s,30000", "10m,600000", "2h,7200000", "7d,604800000"})
  void durationsAreWrittenWithAUnit(String written, long millis) {
    LoadedSettings loaded = load(Map.of(), Map.of("train.heartbeat", written));

    assertThat(loaded.settings().train().heartbeat()).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: [1 | not YAML",
        "just text | expected a map",
        "train: [1, 2] | train is a list",
        "'{seed: 1, seed: 2}' | not YAML",
        "'---\nseed: 1\n---\nseed: 2' | more than one document",
      })
  void aFileThatIsNoMapOfKeysIsRefused(String text, String message) throws IOException {
    Path file = file(text);

    assertThatThrownBy(() -> new SettingsLoader(Map.of()).load(Optional.of(file), Map.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = directory.resolve("none.yaml");

    assertThatThrownBy(() -> new SettingsLoader(Map.of()).load(Optional.of(file), Map.of()))
        .hasMessageContaining(file + ": no such file");
  }

  @ParameterizedTest
  @CsvSource({
    "kafka.sasl.jaas.config,***",
    "kafka.producer.sasl.jaas.config,***",
    "kafka.ssl.keystore.password,***",
    "kafka.ssl.keystore.key,***",
    "kafka.ssl.truststore.certificates,***",
    "kafka.sasl.oauthbearer.client.credentials.client.secret,***",
    "kafka.config.providers.vault.param.token,***",
    "kafka.our.own.apikey,***",
    "kafka.sasl.oauthbearer.token.endpoint.url,open sesame",
    "kafka.ssl.keystore.location,open sesame",
    "kafka.client.id,open sesame",
    "streams.stateDir,open sesame",
    "dashboard.tokenFile,open sesame",
  })
  void secretsAreMasked(String key, String shown) {
    assertThat(load(Map.of(), Map.of(key, "open sesame")).values().get(key).shown())
        .isEqualTo(shown);
  }

  @Test
  void whoAsksIsLeftOutOfAddresses() {
    LoadedSettings loaded =
        load(Map.of(), Map.of("curate.registry", "https://me:hunter2@registry:8081/x"));

    assertThat(loaded.values().get("curate.registry").shown())
        .isEqualTo("https://***@registry:8081/x");
  }

  @Test
  void theSettingsTellNoValueOfKafka() {
    AlluviumSettings settings =
        load(Map.of(), Map.of("kafka.sasl.jaas.config", "hunter2")).settings();

    assertThat(settings + " " + settings.cluster()).doesNotContain("hunter2");
  }

  @Test
  void aParsersQuotationIsNotRepeated() throws IOException {
    Path file = file("kafka:\n  sasl.jaas.config: [hunter2\n  ssl.key.password: hunter3\n");

    assertThatThrownBy(() -> new SettingsLoader(Map.of()).load(Optional.of(file), Map.of()))
        .hasMessageContaining("not YAML")
        .hasMessageNotContaining("hunter");
  }

  private LoadedSettings load(Map<String, String> environment, Map<String, String> overrides) {
    return new SettingsLoader(environment).load(Optional.empty(), overrides);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("alluvium.yaml"), text);
  }
}
