package dev.alluvium.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.trainer.model.Projection;
import dev.alluvium.trainer.model.lora.Targets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainSettingsTest {
  /** Sound settings, for tests to vary. */
  static TrainSettings settings(double learningRate, int batchTokens, int passes) {
    return settings("lora", 4, learningRate, batchTokens, passes);
  }

  /** The same on a device. */
  static TrainSettings settings(String method, String device, int threads) {
    TrainSettings cpu = settings(method, 4, 1e-3, 256, 1).withThreads(threads);
    return new TrainSettings(
        cpu.model(),
        cpu.store(),
        device,
        cpu.dtype(),
        cpu.threads(),
        cpu.seed(),
        cpu.method(),
        cpu.lora(),
        cpu.learningRate(),
        cpu.warmupSteps(),
        cpu.weightDecay(),
        cpu.clipNorm(),
        cpu.passesPerWindow(),
        cpu.batchTokens(),
        cpu.accumulate(),
        cpu.recomputeLayers(),
        cpu.maxTokens(),
        cpu.normalise(),
        cpu.sftmix(),
        cpu.kl(),
        cpu.chatTemplate(),
        cpu.templateVariables(),
        cpu.commit(),
        cpu.gate(),
        cpu.guard(),
        cpu.keep(),
        cpu.heartbeat());
  }

  private static TrainSettings settings(
      String method, int rank, double learningRate, int batchTokens, int passes) {
    GateSettings gate = new GateSettings(2, 0.05, 0.1, "best", 5, "refuse", 0, 128, 0.05, 0.1);
    return settings(method, rank, learningRate, batchTokens, passes, gate);
  }

  private static TrainSettings settings(
      String method,
      int rank,
      double learningRate,
      int batchTokens,
      int passes,
      GateSettings gate) {
    return settings(method, rank, learningRate, batchTokens, passes, gate, new KlSettings(0));
  }

  private static TrainSettings settings(
      String method,
      int rank,
      double learningRate,
      int batchTokens,
      int passes,
      GateSettings gate,
      KlSettings kl) {
    return new TrainSettings(
        "models/tiny",
        "store",
        "cpu",
        "float32",
        1,
        7,
        method,
        new AdapterSettings(rank, 8, 0, "all", false),
        learningRate,
        0,
        0,
        1,
        passes,
        batchTokens,
        1,
        0,
        64,
        "token",
        new SftMixSettings(0, 0.5, "batch", "skill", 100),
        kl,
        "model",
        Map.of(),
        new CommitSettings(0),
        gate,
        new GuardSettings(3, 64, 48, 0),
        new KeepSettings(2, 3, 20),
        Duration.ofSeconds(10));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 64, 1, train.learningRate is 0.0",
    "NaN, 64, 1, train.learningRate is NaN",
    "0.1, 63, 1, train.batchTokens is 63",
    "0.1, 64, 0, train.passesPerWindow is 0"
  })
  void namesKeyValueAndBound(double rate, int batchTokens, int passes, String message) {
    assertThatThrownBy(() -> settings(rate, batchTokens, passes))
        .hasMessageContaining(message)
        .hasMessageContaining("expected");
  }

  @ParameterizedTest
  @CsvSource({
    "1,   64, 48, 0, train.guard.lossSpike is 1.0",
    "-2,  64, 48, 0, train.guard.lossSpike is -2.0",
    "NaN, 64, 48, 0, train.guard.lossSpike is NaN",
    "3,   -1, 48, 0, train.guard.gaugeTexts is -1",
    "3, 1001, 48, 0, train.guard.gaugeTexts is 1001",
    "3,   64,  0, 0, train.guard.gaugeTokens is 0",
    "3,   64, 48, -0.1, train.guard.mostDivergence is -0.1",
    "3,    1, 48, 0.5, train.guard.mostDivergence is 0.5 and train.guard.gaugeTexts is 1"
  })
  void refusesGuardsThatCannotBe(double spike, int texts, int tokens, double most, String message) {
    assertThatThrownBy(() -> new GuardSettings(spike, texts, tokens, most))
        .hasMessageContaining(message)
        .hasMessageContaining("expected");
  }

  @Test
  void holdsAnAdapterOnlyNearItsBase() {
    GateSettings gate = new GateSettings(2, 0.05, 0.1, "best", 5, "refuse", 0, 128, 0.05, 0.1);
    KlSettings some = new KlSettings(0.1);
    assertThat(settings("lora", 4, 0.1, 64, 1, gate, some).klWeight()).isEqualTo(0.1);
    TrainSettings full = settings("full", 4, 0.1, 64, 1, gate, some);
    assertThat(full.klWeight()).isZero();
    assertThat(full.digest())
        .isEqualTo(settings("full", 4, 0.1, 64, 1, gate, new KlSettings(0)).digest());
    assertThatThrownBy(() -> new KlSettings(-1)).hasMessageContaining("train.kl.weight is -1.0");
  }

  @ParameterizedTest
  @CsvSource({
    "-0.1, 0.5, batch, skill, 1, train.sftmix.mu is -0.1",
    "NaN,  0.5, batch, skill, 1, train.sftmix.mu is NaN",
    "0.2,    0, batch, skill, 1, train.sftmix.alpha is 0.0",
    "0.2,  0.5, half,  skill, 1, sftmix.split is half",
    "0.2,  0.5, batch, all,   1, sftmix.scope is all",
    "0.2,  0.5, batch, skill, 0, train.sftmix.remembered is 0",
    "0.2,  0.5, batch, skill, 100001, train.sftmix.remembered is 100001"
  })
  void refusesMixturesThatCannotBe(
      double mu, double alpha, String split, String scope, int remembered, String message) {
    assertThatThrownBy(() -> new SftMixSettings(mu, alpha, split, scope, remembered))
        .hasMessageContaining(message)
        .hasMessageContaining("expected");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.05, 0.1, best, 5, refuse, train.gate.every is 0",
    "1, -1, 0.1, best, 5, refuse, train.gate.perplexityBudget is -1.0",
    "1, NaN, 0.1, best, 5, refuse, train.gate.perplexityBudget is NaN",
    "1, 0.05, -0.1, base, 5, refuse, train.gate.cumulativeBudget is -0.1",
    "1, 0.05, 0.1, peak, 5, refuse, train.gate.reference is peak",
    "1, 0.05, 0.1, best, 1, refuse, train.gate.leastProbes is 1",
    "1, 0.05, 0.1, best, 5, pass, train.gate.unmeasured is pass"
  })
  void refusesGatesThatCannotBe(
      int every,
      double budget,
      double cumulative,
      String reference,
      int probes,
      String unmeasured,
      String message) {
    assertThatThrownBy(
            () ->
                new GateSettings(
                    every, budget, cumulative, reference, probes, unmeasured, 0, 128, 0.05, 0.1))
        .hasMessageContaining(message)
        .hasMessageContaining("expected");
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 128, 0.05, 0.1, train.gate.judgedProbes is -1",
    "74, 128, 0.05, 0.1, at least 75",
    "75, 128, 0.1, 0.04, at least 94",
    "75, 0, 0.05, 0.1, train.gate.answerTokens is 0",
    "75, 128, 0, 0.1, train.gate.accuracyBudget is 0.0",
    "75, 128, NaN, 0.1, train.gate.accuracyBudget is NaN",
    "75, 128, 0.05, 1, train.gate.cumulativeAccuracyBudget is 1.0"
  })
  void refusesWrittenAnswersThatCouldTellNothing(
      int probes, int tokens, double budget, double cumulative, String message) {
    assertThatThrownBy(
            () ->
                new GateSettings(
                    1, 0.05, 0.1, "best", 5, "refuse", probes, tokens, budget, cumulative))
        .hasMessageContaining(message)
        .hasMessageContaining("expected");
  }

  @Test
  void refusesFewerWrittenAnswersThanASkillHasToHave() {
    assertThatThrownBy(
            () -> new GateSettings(1, 0.05, 0.1, "best", 100, "refuse", 99, 9, 0.05, 0.1))
        .hasMessageContaining("at least 100", "leastProbes 100");
  }

  @Test
  void refusesAnswersThatAreAsLongAsTheLongestExample() {
    GateSettings asLong = new GateSettings(1, 0.05, 0.1, "best", 5, "refuse", 75, 64, 0.05, 0.1);
    assertThatThrownBy(() -> settings("lora", 4, 1e-3, 256, 1, asLong))
        .hasMessageContaining("train.gate.answerTokens is 64: expected less than train.maxTokens");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, train.keep.checkpoints is 0",
    "1, 0, 1, train.keep.promoted is 0",
    "1, 1, 0, train.keep.versions is 0"
  })
  void refusesToKeepNothing(int checkpoints, int promoted, int versions, String message) {
    assertThatThrownBy(() -> new KeepSettings(checkpoints, promoted, versions))
        .hasMessageContaining(message)
        .hasMessageContaining("expected 1 or more");
  }

  @Test
  void refusesAdaptersThatCannotBe() {
    assertThatThrownBy(() -> new AdapterSettings(0, 8, 0, "all", false))
        .hasMessageContaining("train.lora.rank is 0");
    assertThatThrownBy(() -> new AdapterSettings(4, 8, 1, "all", false))
        .hasMessageContaining("train.lora.dropout is 1.0");
    assertThatThrownBy(() -> new AdapterSettings(4, 8, 0, "q_proj,x_proj", false))
        .hasMessageContaining("train.lora.targets")
        .hasMessageContaining("x_proj");
  }

  @Test
  void understandsLayerNames() {
    assertThat(new AdapterSettings(4, 8, 0, "v_proj, q_proj", false).shape().targets())
        .isEqualTo(Targets.of(List.of(Projection.Q, Projection.V)));
    assertThat(new AdapterSettings(4, 8, 0, "all", false).shape().targets())
        .isEqualTo(Targets.all());
  }

  @Test
  void theDigestChangesWithWhatShapesTheWeights() {
    String digest = settings(0.1, 64, 1).digest();

    assertThat(settings(0.1, 64, 1).digest()).isEqualTo(digest);
    assertThat(settings(0.2, 64, 1).digest()).isNotEqualTo(digest);
    assertThat(settings(0.1, 65, 1).digest()).isNotEqualTo(digest);
    assertThat(settings(0.1, 64, 2).digest()).isNotEqualTo(digest);
  }

  @Test
  void refusesAnUnknownMethodAndNamesTheKnownOnes() {
    assertThatThrownBy(() -> settings("qlora", 4, 0.1, 64, 1))
        .hasMessageContaining("train.method: method is qlora: expected lora or full");
  }

  @Test
  void theAdapterShapesTheWeightsUnderLoraAlone() {
    assertThat(settings("lora", 8, 0.1, 64, 1).digest())
        .isNotEqualTo(settings("lora", 4, 0.1, 64, 1).digest())
        .isNotEqualTo(settings("full", 8, 0.1, 64, 1).digest());
    assertThat(settings("full", 8, 0.1, 64, 1).digest())
        .isEqualTo(settings("full", 4, 0.1, 64, 1).digest());
  }
}
