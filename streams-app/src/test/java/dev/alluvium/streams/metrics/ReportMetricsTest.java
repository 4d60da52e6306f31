package dev.alluvium.streams.metrics;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.streams.dashboard.history.Flow;
import dev.alluvium.streams.dashboard.history.History;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The catalogue, a real scrape and the page about it say the same. */
class ReportMetricsTest {
  private static final Path PAGE = Path.of("../docs/metrics.md");
  private static final Pattern SAMPLE =
      Pattern.compile("(?m)^(alluvium_\\w+)(?:\\{([^}]*)})? (.+)$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ReportMetrics metrics = new ReportMetrics(registry);
  private final History history = new History(Duration.ofDays(1));

  @Test
  void aScrapeHasEveryMetricOfTheCatalogueWithItsLabelsAndNoOther() {
    new Flow(List.of("math", "code"), 100).fill(history, 100, Instant.now());

    String scrape = scrape();

    assertThat(names(scrape, 1))
        .isEqualTo(
            Arrays.stream(Metric.values())
                .map(Metric::metricName)
                .collect(toCollection(TreeSet::new)));
    for (Metric metric : Metric.values()) {
      assertThat(scrape)
          .contains("# TYPE " + metric.metricName() + (metric.isCounter() ? " counter" : " gauge"));
      assertThat(labels(scrape, metric))
          .as(metric.metricName())
          .isEqualTo(Set.copyOf(metric.labels()));
    }
  }

  @Test
  void numbersAreThoseOfTheReports() {
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
  void aLevelThatHasGoneIsZeroAndATotalStays() {
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

  /**
   * {@code mvn -pl streams-app -am test -Dtest=ReportMetricsTest -Ddocs.write=true} writes the page
   * anew.
   */
  @Test
  void thePageListsTheCatalogue() throws IOException {
    String page = page();
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).content().isEqualTo(page);
  }

  private static String page() {
    return """
        # Metrics

        Generated from the catalogue (`dev.alluvium.streams.metrics.Metric`) by
        `mvn -pl streams-app -am test -Dtest=ReportMetricsTest -Ddocs.write=true -Dsurefire.failIfNoSpecifiedTests=false`.

        `alluvium streams` serves them at `/metrics` in Prometheus' text format, on the address of the [dashboard](dashboard.md). With a
        token, a scrape sends it as `Authorization: Bearer TOKEN`.

        Ours come from the reports, so every instance serves the same numbers: take the maximum over instances, not the sum. Totals of
        curate and mix count from the beginning of the pipeline; those that say "since the history began" count from where this process
        began to read (`dashboard.history`), and begin anew when it starts again. Labels are bounded: at most 64 skills are told apart, the
        rest is `(other)`; all other labels are codes. Nothing is labelled by a pair.

        | metric | kind | unit | labels | meaning |
        |---|---|---|---|---|
        %s

        Beside these there are, of each process: Kafka Streams' own metrics (`kafka_*`, labelled `topology`), the virtual machine's memory,
        collections, threads and classes (`jvm_*`), processor, files and uptime (`system_*`, `process_*`), and log events by level
        (`logback_events_total`).

        Whether a process is alive and ready is at `/health/live` and `/health/ready`: see [dashboard.md](dashboard.md#health).
        """
        .formatted(
            Arrays.stream(Metric.values()).map(ReportMetricsTest::row).collect(joining("\n")));
  }

  private static String row(Metric metric) {
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            metric.metricName(),
            metric.isCounter() ? "total" : "level",
            metric.unit(),
            String.join(", ", metric.labels()),
            metric.meaning());
  }

  private String scrape() {
    metrics.update(history.totals());
    return registry.scrape();
  }

  private static Set<String> names(String scrape, int group) {
    return SAMPLE
        .matcher(scrape)
        .results()
        .map(found -> found.group(group))
        .collect(toCollection(TreeSet::new));
  }

  private static Set<String> labels(String scrape, Metric metric) {
    return SAMPLE
        .matcher(scrape)
        .results()
        .filter(found -> found.group(1).equals(metric.metricName()) && found.group(2) != null)
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
