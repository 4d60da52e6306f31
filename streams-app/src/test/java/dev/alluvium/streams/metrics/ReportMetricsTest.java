package dev.alluvium.streams.metrics;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.streams.dashboard.history.FeedState;
import dev.alluvium.streams.dashboard.history.FeedState.Phase;
import dev.alluvium.streams.dashboard.history.Flow;
import dev.alluvium.streams.dashboard.history.History;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The catalogue and a real scrape say the same. */
class ReportMetricsTest {
  private static final Pattern SAMPLE =
      Pattern.compile("(?m)^(alluvium_\\w+)(?:\\{([^}]*)})? (.+)$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Meters meters = new Meters(registry);
  private final History history = new History(Duration.ofDays(1));

  @Test
  void aScrapeHasEveryMetricOfTheCatalogueWithItsLabelsAndNoOther() {
    read();
    new Flow(List.of("math", "code"), 100).fill(history, 100, Instant.now());

    String scrape = scrape();

    assertThat(names(scrape, 1))
        .isEqualTo(
            Arrays.stream(Metric.values())
                .map(metric -> metric.description().name())
                .collect(toCollection(TreeSet::new)));
    for (Metric metric : Metric.values()) {
      Description told = metric.description();
      assertThat(scrape)
          .contains("# TYPE " + told.name() + (told.isCounter() ? " counter" : " gauge"));
      assertThat(labels(scrape, told)).as(told.name()).isEqualTo(Set.copyOf(told.labels()));
    }
  }

  @Test
  void numbersAreThoseOfTheReports() {
    read();
    new Flow(List.of("math", "code"), 100).fill(history, 100, Instant.now());
    var totals = history.totals();

    String scrape = scrape();

    assertThat(value(scrape, "alluvium_trained_total")).isEqualTo(98 * Flow.WINDOW);
    assertThat(value(scrape, "alluvium_arrived_total{skill=\"math\"}"))
        .isEqualTo(totals.mix().getCandidates().get("math").doubleValue());
    assertThat(value(scrape, "alluvium_trained_tokens_total{skill=\"code\"}"))
        .isEqualTo(totals.tokens().get("code").doubleValue());
    assertThat(value(scrape, "alluvium_loss{pass=\"last\"}"))
        .isEqualTo(totals.trained().getLossLast());
    assertThat(value(scrape, "alluvium_mix_loss")).isEqualTo(totals.trained().getMixLoss());
    assertThat(value(scrape, "alluvium_train_divergence")).isEqualTo(0.07);
    assertThat(value(scrape, "alluvium_mixed_pairs")).isEqualTo(24);
    assertThat(value(scrape, "alluvium_mixed_tokens")).isEqualTo(300);
    assertThat(value(scrape, "alluvium_confidence_spread{skill=\"math\"}")).isEqualTo(0.8);
    assertThat(value(scrape, "alluvium_serving_version")).isEqualTo(8);
    assertThat(value(scrape, "alluvium_stage{stage=\"specialised\"}")).isEqualTo(1);
  }

  @Test
  void whatIsCountedByALabelIsZeroBeforeItsFirstTime() {
    read();
    assertThat(value(scrape(), "alluvium_pairs_rejected_total{reason=\"bad_json\"}")).isZero();
    assertThat(value(scrape(), "alluvium_versions{status=\"ROLLED_BACK\"}")).isZero();
  }

  @Test
  void versionsThatAreNotListedAnyMoreAreCounted() {
    read();
    Flow flow = new Flow(List.of("math"), 10);
    for (int i = 1; i <= 150; i++) {
      VersionStatus status = i % 3 == 0 ? VersionStatus.ROLLED_BACK : VersionStatus.PROMOTED;
      history.accept(flow.version(i, i, status, ""));
    }
    String scrape = scrape();
    assertThat(value(scrape, "alluvium_versions{status=\"ROLLED_BACK\"}")).isEqualTo(50);
    assertThat(value(scrape, "alluvium_versions{status=\"PROMOTED\"}")).isEqualTo(100);

    for (int again = 0; again < 2; again++) {
      history.accept(flow.version(1, 1, VersionStatus.ROLLED_BACK, ""));
      assertThat(value(scrape(), "alluvium_versions{status=\"ROLLED_BACK\"}")).isEqualTo(51);
      assertThat(value(scrape(), "alluvium_versions{status=\"PROMOTED\"}")).isEqualTo(99);
    }
  }

  @Test
  void nothingOfTheReportsIsToldBeforeAllOfThemAreRead() {
    Flow flow = new Flow(List.of("math", "code"), 100);
    for (int i = 0; i < 10; i++) {
      flow.more(history, Instant.now());
    }
    history.accept(flow.version(8, 8, VersionStatus.PROMOTED, ""));
    for (Phase phase : List.of(Phase.CATCHING_UP, Phase.FAILING)) {
      history.accept(new FeedState(phase, "", 7, 0, Instant.now()));
      assertThat(scrape()).contains("alluvium_dashboard_behind 7").doesNotContain("alluvium_pairs");
    }
    read();
    assertThat(value(scrape(), "alluvium_serving_version")).isEqualTo(8);
    for (Phase phase : List.of(Phase.FAILING, Phase.CATCHING_UP)) {
      history.accept(new FeedState(phase, "", 7, 0, Instant.now()));
      assertThat(value(scrape(), "alluvium_serving_version")).isEqualTo(8);
    }
  }

  @Test
  void aLevelThatHasGoneIsZeroAndATotalStays() {
    read();
    Flow flow = new Flow(List.of("math", "code"), 1_000);
    for (int i = 0; i <= 701; i++) {
      flow.more(history, Instant.ofEpochSecond(i));
      if (i == 10) {
        scrape();
      }
    }

    assertThat(value(scrape(), "alluvium_stage{stage=\"specialised\"}")).isZero();
    assertThat(value(scrape(), "alluvium_stage{stage=\"general\"}")).isEqualTo(1);
  }

  @Test
  void anEmptyPipelineCanBeScraped() {
    assertThat(scrape()).contains("alluvium_dashboard_live 0.0");
  }

  /** All reports there are have been read. */
  private void read() {
    history.accept(new FeedState(Phase.LIVE, "", 0, 0, Instant.now()));
  }

  private String scrape() {
    meters.begin();
    ReportMetrics.set(history.totals(), meters);
    meters.end();
    return registry.scrape();
  }

  private static Set<String> names(String scrape, int group) {
    return SAMPLE
        .matcher(scrape)
        .results()
        .map(found -> found.group(group))
        .collect(toCollection(TreeSet::new));
  }

  private static Set<String> labels(String scrape, Description metric) {
    return SAMPLE
        .matcher(scrape)
        .results()
        .filter(found -> found.group(1).equals(metric.name()) && found.group(2) != null)
        .flatMap(found -> LABEL.matcher(found.group(2)).results())
        .map((MatchResult label) -> label.group(1))
        .collect(toCollection(TreeSet::new));
  }

  private static double value(String scrape, String sample) {
    return scrape
        .lines()
        .filter(line -> line.startsWith(sample + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(sample + " is not in the scrape"));
  }
}
