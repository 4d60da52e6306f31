package dev.alluvium.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.trainer.config.OpenAiSettings.BreakerSettings;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What settings of generation workers say yes and no to. */
class GenerateSettingsTest {
  private static final OpenAiSettings NONE = openAi("", "", "", "", 0);

  /** Our own model answers. */
  static GenerateSettings local(String device, String dtype, int threads) {
    return new GenerateSettings(
        "share", "local", 16, Duration.ofSeconds(30), device, dtype, threads, NONE);
  }

  /** A server answers. */
  static GenerateSettings server() {
    return settings("share", "openai", 16, 30, "cpu", openAi("http://a/v1", "m", "", "", 0));
  }

  @Test
  void aBadValueIsNamedWithWhatIsExpected() {
    assertThatThrownBy(() -> settings("queue", "local", 16, 30, "cpu", NONE))
        .hasMessage("generate.source is queue: expected share or group");
    assertThatThrownBy(() -> settings("share", "cloud", 16, 30, "cpu", NONE))
        .hasMessage("generate.backend is cloud: expected local or openai");
    assertThatThrownBy(() -> settings("share", "local", 0, 30, "cpu", NONE))
        .hasMessage("generate.batch is 0: expected 1 to 2000");
    assertThatThrownBy(() -> settings("share", "local", 16, 0, "cpu", NONE))
        .hasMessageContaining("generate.lock is PT0S: expected 1s or more");
    assertThatThrownBy(() -> settings("share", "local", 16, 30, "gpu", NONE))
        .hasMessageContaining("generate.device: device is gpu");
  }

  @Test
  void aServerNeedsAPlaceAndAName() {
    assertThatThrownBy(() -> settings("share", "openai", 16, 30, "cpu", NONE))
        .hasMessageContaining("generate.openai.baseUrl is empty");
    assertThatThrownBy(
            () -> settings("share", "openai", 16, 30, "cpu", openAi("http://a/v1", "", "", "", 0)))
        .hasMessageContaining("generate.openai.model is empty");
    assertThat(settings("share", "openai", 16, 30, "cpu", openAi("http://a/v1", "m", "", "", 0)))
        .matches(settings -> !settings.local());
  }

  @Test
  void aFileMayNameTheModelInstead() {
    OpenAiSettings followed = following("", "");
    assertThat(settings("share", "openai", 16, 30, "cpu", followed).openai().current())
        .isEqualTo("current.json");
    assertThatThrownBy(() -> following("m", "")).hasMessageContaining("generate.openai.current is");
    assertThatThrownBy(() -> following("", "base"))
        .hasMessageContaining("expected no generate.openai.model and version beside it");
  }

  @Test
  void aServersSettingsAreChecked() {
    assertThatThrownBy(() -> openAi("a/v1", "m", "", "", 0))
        .hasMessageContaining("generate.openai.baseUrl is a/v1");
    assertThatThrownBy(() -> openAi("http://a", "m", "12", "", 0))
        .hasMessageContaining("generate.openai.version is 12: expected a version such as v000012");
    assertThatThrownBy(() -> openAi("http://a", "m", "", "both", 0))
        .hasMessageContaining("are both set");
    assertThatThrownBy(() -> openAi("http://a", "m", "", "", 5))
        .hasMessageContaining("generate.openai.costPerDay is 5.0, but both prices are 0");
  }

  @Test
  void deviceDtypeAndThreadsAreWhatTheModelComputesWith() {
    GenerateSettings settings =
        new GenerateSettings(
            "group", "local", 1, Duration.ofSeconds(1), "cuda:1", "bfloat16", 3, NONE);

    assertThat(settings.compute()).isEqualTo(new Compute("cuda:1", Precision.BFLOAT16, 3));
    assertThat(settings.shares()).isFalse();
  }

  private static GenerateSettings settings(
      String source, String backend, int batch, int lock, String device, OpenAiSettings openAi) {
    return new GenerateSettings(
        source, backend, batch, Duration.ofSeconds(lock), device, "float32", 0, openAi);
  }

  private static OpenAiSettings following(String model, String version) {
    return new OpenAiSettings(
        "http://a/v1",
        model,
        version,
        "current.json",
        "",
        "",
        Duration.ofSeconds(1),
        0,
        1,
        0,
        0,
        0,
        0,
        new BreakerSettings(1, Duration.ofSeconds(1)));
  }

  private static OpenAiSettings openAi(
      String url, String model, String version, String key, double cap) {
    return new OpenAiSettings(
        url,
        model,
        version,
        "",
        key,
        key,
        Duration.ofSeconds(1),
        0,
        1,
        0,
        cap,
        0,
        0,
        new BreakerSettings(1, Duration.ofSeconds(1)));
  }
}
