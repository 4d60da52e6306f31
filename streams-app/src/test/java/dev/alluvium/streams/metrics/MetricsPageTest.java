package dev.alluvium.streams.metrics;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page about the metrics says what the catalogues say. */
class MetricsPageTest {
  private static final Path PAGE = Path.of("../docs/reference/metrics.md");

  @Test
  void theCataloguesNameEveryMetricOnce() {
    assertThat(
            Stream.concat(Arrays.stream(Metric.values()), Arrays.stream(ProcessMetric.values()))
                .map(metric -> metric.description().name()))
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("alluvium_[a-z0-9_]+"));
  }

  /**
   * {@code mvn -pl streams-app -am test -Dtest=MetricsPageTest -Ddocs.write=true} writes the page
   * anew.
   */
  @Test
  void thePageListsTheCatalogues() throws IOException {
    String page = page();
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).content().isEqualTo(page);
  }

  private static String page() {
    return """
        # Metrics

        Generated from the catalogues (`Metric` and `ProcessMetric` in `dev.alluvium.streams.metrics`) by
        `mvn -pl streams-app -am test -Dtest=MetricsPageTest -Ddocs.write=true -Dsurefire.failIfNoSpecifiedTests=false`.

        `alluvium streams` serves them at `/metrics` in Prometheus' text format, on the address of the [dashboard](../dashboard.md);
        `train`, `generate` and `publish` do where `http.port` is set. With a token, a scrape sends it as `Authorization: Bearer TOKEN`.

        Every metric carries the labels `namespace` (`alluvium` where there is none) and `process` (`streams`, `train`, `generate` or
        `publish`), which the tables leave out. In Kubernetes, where targets have a label `namespace` of their own, set `honor_labels: true`, or
        ours becomes `exported_namespace`. Labels are bounded: at most 64 skills are told apart, the rest is `(other)`; all other labels are codes. Nothing is
        labelled by a pair. Ready-made alerts and dashboards are in `docker/monitoring`, what to do about them in [operations.md](../operations.md).

        ## Of the pipeline

        These come from the reports and `streams` serves them. Every instance serves the same numbers: take the maximum over instances, not
        the sum. Totals of curate and mix count from the beginning of the pipeline; those that say "since the history began" count from
        where this process began to read (`dashboard.history`), and begin anew when it starts again.

        | metric | kind | unit | labels | meaning |
        |---|---|---|---|---|
        %s

        ## Of a process

        `live` and `ready` are of every process, `trainer_...` of `train`, `worker_...` of `generate` and of `train --with-generation`,
        `publisher_...` of `publish`. Totals count from the start of the process.

        | metric | kind | unit | labels | meaning |
        |---|---|---|---|---|
        %s

        ## Of libraries

        Beside these there are, of each process: Kafka's own metrics (`kafka_*`; those of `streams` are labelled `topology`), the virtual
        machine's memory, collections, threads and classes (`jvm_*`), processor, files and uptime (`system_*`, `process_*`), log events by
        level (`logback_events_total`), and the room on the disk of `streams.stateDir` and `train.store` (`disk_free_bytes`,
        `disk_total_bytes`, labelled `path`).

        Whether a process is alive and ready is at `/health/live` and `/health/ready`: see
        [operations.md](../operations.md#health-checks).
        """
        .formatted(rows(Metric.values()), rows(ProcessMetric.values()));
  }

  private static String rows(Described[] catalogue) {
    return Arrays.stream(catalogue).map(metric -> row(metric.description())).collect(joining("\n"));
  }

  private static String row(Description metric) {
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            metric.name(),
            metric.isCounter() ? "total" : "level",
            metric.unit(),
            String.join(", ", metric.labels()),
            metric.meaning());
  }
}
