package dev.alluvium.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.ProbeComparison;
import dev.alluvium.schemas.avro.ProbeResult;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.SkillTargets;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.schemas.avro.VersionStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The books of a demo, from the reports of its processes. */
class DemoSummaryTest {
  private final FlowState flow = new FlowState();

  @BeforeEach
  void report() {
    flow.accept(report(curate("read-0", 100, Map.of("bad_json", 3L), 0, Map.of(), Map.of())));
    flow.accept(
        report(
            curate(
                "admit-0", 0, Map.of(), 7, Map.of("math", 30L, "code", 40L), Map.of("math", 5L))));
    flow.accept(
        report(
            curate(
                "admit-1", 0, Map.of("processing_failure", 1L), 2, Map.of("code", 8L), Map.of())));
    flow.accept(report(asked("ask-0", Map.of("math", 30L, "code", 40L))));
    flow.accept(report(asked("ask-1", Map.of("code", 8L))));
    flow.accept(report(train(1, 3.5, 3.0, Map.of("math", 100L))));
    flow.accept(report(train(2, 2.5, 2.0, Map.of("math", 50L, "code", 25L))));
    flow.accept(report(mix()));
  }

  @Test
  void theBooksAccountForEveryPair() {
    DemoSummary summary = summary(100);

    assertThat(summary.books())
        .containsEntry("rejected", 6L)
        .containsEntry("duplicates", 9L)
        .containsEntry("held_out", 5L)
        .containsEntry("waiting", 4L)
        .containsEntry("pooled", 10L)
        .containsEntry("expired", 1L)
        .containsEntry("queued", 20L)
        .containsEntry("quarantined", 15L)
        .containsEntry("trained", 30L);
    assertThat(summary.discrepancy()).isEmpty();
  }

  @Test
  void booksThatDoNotAddUpAreSaidSo() {
    flow.accept(report(MixReport.newBuilder(mix()).setTrained(29).build()));

    assertThat(summary(100).discrepancy())
        .hasValue("the books do not add up: 100 produced, 99 accounted for");
  }

  @Test
  void aLaterReportReplacesAnEarlierOneOfTheSameTask() {
    flow.accept(report(asked("ask-1", Map.of("code", 12L))));

    assertThat(summary(100).books()).containsEntry("waiting", 0L);
  }

  @Test
  void programsGetTheContract() {
    JsonNode json = summary(100).json();

    assertThat(json.at("/pairs/produced").asLong()).isEqualTo(100);
    assertThat(json.at("/pairs/trained").asLong()).isEqualTo(30);
    assertThat(json.at("/dead_letters/bad_json").asLong()).isEqualTo(3);
    assertThat(json.at("/windows").asLong()).isEqualTo(4);
    assertThat(json.at("/tokens_trained").asLong()).isEqualTo(175);
    assertThat(json.at("/loss/first").asDouble()).isEqualTo(3.5);
    assertThat(json.at("/loss/last").asDouble()).isEqualTo(2.0);
    assertThat(json.at("/origins").toString())
        .isEqualTo("{\"MODEL\":0,\"PARAPHRASE\":0,\"GOLD\":30}");
    assertThat(json.at("/probes/math").toString())
        .isEqualTo(
            "{\"before\":{\"perplexity\":9.0,\"accuracy\":0.1,\"n\":5},"
                + "\"after\":{\"perplexity\":8.0,\"accuracy\":0.2,\"n\":5}}");
    assertThat(json.at("/seconds/total").asDouble()).isEqualTo(12.346);
    assertThat(json.at("/adapter").asText()).isEqualTo("/a");
    assertThat(json.at("/version").asText()).isEqualTo("v000001");
    assertThat(json.at("/peak_rss_mb/train").asLong()).isEqualTo(900);
  }

  @ParameterizedTest
  @EnumSource(
      value = VersionStatus.class,
      names = {"HELD", "ROLLED_BACK"})
  void aVersionTheGateRefusedIsSaidWithItsReasonAndExitsWith3(VersionStatus status) {
    DemoSummary refused = summary(100, status);

    assertThat(refused.refused()).hasValue("v000001 is %s: math got worse".formatted(status));
    assertThat(refused.exitCode()).isEqualTo(ExitCodes.GATE_REFUSED);
    assertThat(summary(100).refused()).isEmpty();
    assertThat(summary(100).exitCode()).isEqualTo(ExitCodes.DONE);
  }

  @Test
  void booksThatDoNotAddUpWeighMoreThanTheGate() {
    flow.accept(report(MixReport.newBuilder(mix()).setTrained(29).build()));

    assertThat(summary(100, VersionStatus.HELD).exitCode()).isEqualTo(ExitCodes.FAILED);
  }

  private DemoSummary summary(long produced) {
    return summary(produced, VersionStatus.PROMOTED);
  }

  private DemoSummary summary(long produced, VersionStatus status) {
    ModelVersion version =
        ModelVersion.newBuilder()
            .setVersion("v000001")
            .setStatus(status)
            .setReason("math got worse")
            .setMethod("lora")
            .setPath("/store/v000001")
            .setCheckpoint("c")
            .setFirstWindow(1)
            .setLastWindow(4)
            .setProbes(
                Map.of(
                    "math",
                    new ProbeComparison(
                        new ProbeResult(9.0, 0.1, 5, null, 0),
                        new ProbeResult(8.0, 0.2, 5, null, 0),
                        null)))
            .setDigest("d")
            .setCreatedAt(Instant.EPOCH)
            .build();
    return new DemoSummary(
        produced,
        0,
        flow,
        Map.of("bad_json", 3L),
        Optional.of(version),
        Optional.of(Path.of("/a")),
        Map.of("total", 12.3456),
        Map.of("train", 900L));
  }

  private static Report report(Object body) {
    return new Report(Instant.EPOCH, body);
  }

  private static CurateReport curate(
      String task,
      long received,
      Map<String, Long> rejected,
      long duplicates,
      Map<String, Long> candidates,
      Map<String, Long> probes) {
    return new CurateReport(
        task, received, rejected, duplicates, 0L, candidates, probes, 0L, Map.of());
  }

  private static AskReport asked(String task, Map<String, Long> gold) {
    Map<String, SkillTargets> skills = new HashMap<>();
    gold.forEach(
        (skill, n) ->
            skills.put(
                skill,
                new SkillTargets(
                    Map.of("GOLD", n), Map.of("s3ft_off", n), Map.of(), 0L, 0.0, 0.0)));
    return new AskReport(
        task, 0L, 0L, 0L, skills, Map.of(), Map.of(), 0L, Map.of(), 0L, 0L, 0L, 0L, 0.0);
  }

  private static TrainReport train(
      long window, double first, double last, Map<String, Long> tokens) {
    return TrainReport.newBuilder()
        .setWindowId(window)
        .setExamples(10)
        .setTokens(tokens)
        .setLossFirst(first)
        .setLossLast(last)
        .setSteps(1)
        .setSkippedSteps(0)
        .setRefused(0)
        .setMillis(1)
        .setLearningRate(0.1)
        .build();
  }

  private static MixReport mix() {
    return MixReport.newBuilder()
        .setLedgerOffset(1)
        .setCandidates(Map.of("math", 30L, "code", 48L))
        .setHeldOut(5)
        .setPooled(Map.of("math", 4L, "code", 6L))
        .setExpired(Map.of("superseded", 1L))
        .setQueued(20)
        .setTrained(30)
        .setRefused(2)
        .setQuarantined(15)
        .setOrigins(Map.of("GOLD", 30L))
        .setLastWindow(4)
        .setLastOutcome(4)
        .build();
  }
}
