package dev.alluvium.streams.dashboard.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.schemas.avro.WindowReport;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Reports become a history, its totals, and what a page is told. */
class HistoryTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SKILLS = List.of("math", "code", "general");
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  private final History history = new History(DAY);

  @Test
  void tokensOfEveryWindowAreCountedOnceInTotalAndInBothTimelines() throws IOException {
    new Flow(SKILLS, 500).fill(history, 500, NOW);

    Totals totals = history.totals();
    long tokens = totals.tokens().values().stream().mapToLong(Long::longValue).sum();
    JsonNode json = everything();

    assertThat(totals.windows()).isEqualTo(498);
    assertThat(sum(json.at("/buckets/recent/rows"), "trained")).isEqualTo(tokens);
    assertThat(sum(json.at("/buckets/whole/rows"), "trained")).isEqualTo(tokens);
    assertThat(sum(json.at("/buckets/whole/rows"), "origins")).isEqualTo(498 * Flow.WINDOW);
    assertThat(json.at("/trained/tokens").asLong()).isEqualTo(tokens);
  }

  @Test
  void reachesBackAsFarAsIsWanted() throws IOException {
    for (Duration reach : List.of(Duration.ofHours(1), Duration.ofHours(3))) {
      History kept = new History(reach);
      kept.beginsWithTheFirstReport();
      kept.accept(0, mix(1, Map.of("math", 70L), Map.of()));
      kept.accept(Duration.ofHours(2).toMillis(), mix(2, Map.of("math", 100L), Map.of()));

      assertThat(sum(JSON.readTree(kept.everything().json()).at("/buckets/whole/rows"), "arrived"))
          .isEqualTo(reach.toHours() == 1 ? 30 : 100);
    }
  }

  @Test
  void arrivalsGrowFromZeroOnlyWhenTheFirstReportIsTheFirstEver() throws IOException {
    History later = new History(DAY);
    history.beginsWithTheFirstReport();
    for (History each : List.of(history, later)) {
      each.accept(1_000, mix(1, Map.of("math", 70L), Map.of("math", 70L)));
      each.accept(2_000, mix(2, Map.of("math", 100L), Map.of("math", 50L)));
    }

    assertThat(sum(everything().at("/buckets/whole/rows"), "arrived")).isEqualTo(100);
    assertThat(sum(JSON.readTree(later.everything().json()).at("/buckets/whole/rows"), "arrived"))
        .isEqualTo(30);
  }

  @Test
  void topicsMadeAnewBeginAnewAndCountNothingTwice() throws IOException {
    history.beginsWithTheFirstReport();
    history.accept(1_000, mix(900, Map.of("math", 100L), Map.of()));
    history.accept(2_000, mix(3, Map.of("math", 5L), Map.of("math", 5L)));
    history.accept(3_000, mix(4, Map.of("math", 9L), Map.of("math", 5L)));

    assertThat(sum(everything().at("/buckets/whole/rows"), "arrived")).isEqualTo(104);
  }

  @Test
  void thePartsOfTheWayAreMeasured() {
    history.beginsWithTheFirstReport();
    history.accept(10_000, mix(1, Map.of("math", 40L), Map.of("math", 40L)));
    history.accept(20_000, mix(2, Map.of("math", 40L), Map.of("math", 0L)));
    history.accept(20_000, report(window(7)));
    history.accept(26_500, report(trained(7, 2.0)));

    assertThat(history.totals().waits()).containsEntry("window", 6.5).containsEntry("pool", 10.0);
  }

  @Test
  void theFunnelAccountsForEveryPair() {
    new Flow(SKILLS, 200).fill(history, 200, NOW);

    List<Totals.Step> steps = history.totals().funnel();

    assertThat(steps)
        .extracting(Totals.Step::name)
        .containsExactly("arrived", "accepted", "with target", "in a window", "trained");
    for (int i : new int[] {1, 4}) {
      long leaks = steps.get(i).leaks().stream().mapToLong(Totals.Leak::count).sum();
      assertThat(steps.get(i - 1).count() - leaks)
          .as(steps.get(i).name())
          .isEqualTo(steps.get(i).count());
    }
    assertThat(steps.get(4).leaks())
        .contains(new Totals.Leak("waiting for the trainer", 128, true));
  }

  @Test
  void booksOfAllTasksAreSummed() {
    history.accept(1, report(curate("0_0", 10, Map.of("bad_json", 2L))));
    history.accept(2, report(curate("0_1", 5, Map.of("bad_json", 1L, "too_long", 1L))));
    history.accept(3, report(curate("0_0", 12, Map.of("bad_json", 3L))));

    CurateReport sum = history.totals().curate();

    assertThat(sum.getReceived()).isEqualTo(17);
    assertThat(sum.getRejected()).isEqualTo(Map.of("bad_json", 4L, "too_long", 1L));
  }

  @Test
  void aReaderThatKnowsAChangeIsToldWhatCameAfterAndNoMore() throws IOException {
    Flow flow = new Flow(SKILLS, 100);
    flow.fill(history, 90, NOW);
    History.News before = history.everything();
    flow.more(history, NOW.plusSeconds(1));
    flow.more(history, NOW.plusSeconds(2));

    JsonNode news = JSON.readTree(history.since(before.epoch(), before.change()).json());

    assertThat(news.get("everything").asBoolean()).isFalse();
    assertThat(news.at("/buckets/recent/rows")).hasSize(2);
    assertThat(news.has("versions")).isFalse();
    assertThat(
            JSON.readTree(history.since(before.epoch(), history.lastChange()).json())
                .at("/buckets/whole/rows"))
        .isEmpty();
  }

  @Test
  void aReaderOfAnotherHistoryOrOfCoarserTimesGetsEverything() throws IOException {
    Flow flow = new Flow(SKILLS, 2_000);
    flow.more(history, NOW);
    History.News early = history.everything();
    for (int i = 1; i < 2_000; i++) {
      flow.more(history, NOW.plusSeconds(i));
    }

    assertThat(isEverything(history.since(early.epoch(), early.change()))).isTrue();
    assertThat(isEverything(history.since("another", history.lastChange()))).isTrue();
    assertThat(isEverything(history.since(early.epoch(), history.lastChange() + 1))).isTrue();
    assertThat(isEverything(history.since(early.epoch(), history.lastChange()))).isFalse();
  }

  @Test
  void namesWithoutEndAreBoundedAndStillCounted() throws IOException {
    Map<String, Long> tokens = new TreeMap<>();
    Map<String, Long> reasons = new HashMap<>();
    for (int i = 0; i < 5_000; i++) {
      tokens.put("skill-" + i, 1L);
      reasons.put("reason-" + i + "x".repeat(500), 1L);
    }
    history.accept(1, report(TrainReport.newBuilder(trained(1, 1)).setTokens(tokens).build()));
    history.accept(2, report(curate("t", 10_000, reasons)));
    for (int i = 0; i < 3_000; i++) {
      history.accept(3, report(curate("task-" + i, 1, Map.of())));
      history.accept(new Flow(SKILLS, 1).version(i + 1, i, VersionStatus.HELD, "x".repeat(9_999)));
    }

    JsonNode json = everything();

    assertThat(json.get("skills")).hasSize(65);
    assertThat(json.get("skills").get(64).asText()).isEqualTo("(other)");
    assertThat(sum(json.at("/buckets/whole/rows"), "trained")).isEqualTo(5_000);
    assertThat(json.at("/funnel/1/leaks")).hasSize(65);
    assertThat(json.get("versions")).hasSize(VersionList.MOST);
    assertThat(history.everything().json()).hasSizeLessThan(200_000);
  }

  @Test
  void aDayAtOneWindowASecondWith64SkillsStaysSmall() {
    List<String> many = IntStream.range(0, 64).mapToObj(i -> "skill-" + i).toList();
    new Flow(many, 5_000).fill(history, 5_000, NOW);

    assertThat(history.everything().json()).hasSizeLessThan(4_000_000);
  }

  @Test
  void numbersThatAreNoneAreLeftOutOfTheJson() throws IOException {
    history.accept(1, report(trained(1, Double.NaN)));
    history.accept(2, report(trained(2, Double.POSITIVE_INFINITY)));

    JsonNode row = everything().at("/buckets/whole/rows/0");

    assertThat(row.has("lossFirst")).isFalse();
    assertThat(row.get("windows").asInt()).isEqualTo(2);
  }

  @Test
  void theVersionThatAnswersIsTheNewestPromoted() {
    Flow flow = new Flow(SKILLS, 1);
    for (int v : new int[] {999_999, 1_000_000, 1_000_001}) {
      history.accept(
          flow.version(v, v, v == 1_000_001 ? VersionStatus.HELD : VersionStatus.PROMOTED, "r"));
    }

    assertThat(history.totals().serving().map(ModelVersion::getVersion)).hasValue("v1000000");
  }

  private JsonNode everything() throws IOException {
    return JSON.readTree(history.everything().json());
  }

  private static boolean isEverything(History.News news) throws IOException {
    return JSON.readTree(news.json()).get("everything").asBoolean();
  }

  private static long sum(JsonNode rows, String name) {
    long sum = 0;
    for (JsonNode row : rows) {
      for (JsonNode n : row.path(name)) {
        sum += n.asLong();
      }
    }
    return sum;
  }

  private static Report report(Object body) {
    return new Report(NOW, body);
  }

  private static Report mix(long offset, Map<String, Long> candidates, Map<String, Long> pooled) {
    return report(
        MixReport.newBuilder()
            .setLedgerOffset(offset)
            .setCandidates(candidates)
            .setHeldOut(0)
            .setPooled(pooled)
            .setExpired(Map.of())
            .setQueued(0)
            .setTrained(0)
            .setQuarantined(0)
            .setOrigins(Map.of())
            .setLastWindow(0)
            .setLastOutcome(0)
            .build());
  }

  private static WindowReport window(long id) {
    return new WindowReport(
        id, id, null, Map.of("math", 4), Map.of("math", 4), Map.of(), Map.of(), Map.of());
  }

  private static TrainReport trained(long id, double loss) {
    return TrainReport.newBuilder()
        .setWindowId(id)
        .setExamples(4)
        .setTokens(Map.of("math", 100L))
        .setLossFirst(loss)
        .setLossLast(loss)
        .setSteps(id)
        .setSkippedSteps(0L)
        .setRefused(0)
        .setMillis(10L)
        .setLearningRate(1e-4)
        .build();
  }

  private static CurateReport curate(String task, long received, Map<String, Long> rejected) {
    return new CurateReport(task, received, rejected, 0L, 0L, Map.of(), Map.of(), 0L, Map.of());
  }
}
