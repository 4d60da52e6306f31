package dev.alluvium.streams.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.streams.config.DashboardSettings;
import dev.alluvium.streams.dashboard.history.FeedState;
import dev.alluvium.streams.dashboard.history.Flow;
import dev.alluvium.streams.dashboard.history.History;
import dev.alluvium.streams.runtime.ApplicationState;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in a real browser. {@code -Ddashboard.screenshots=DIR} keeps pictures of it in several
 * sizes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardBrowserTest {
  private static final List<String> SKILLS =
      List.of("math", "reading", "general", "code", "domain");
  private static final int DAY = 86_400;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Instant NOW = Instant.now();

  // Processor time, for a builder has other work beside the browser.
  private static final int OPENING_MILLIS = 1_000;
  private static final int RESPONSIVE_MILLIS = 200;

  private Browser browser;

  @BeforeAll
  void start(@TempDir Path profile) throws Exception {
    Optional<Path> program = Browser.program();
    if (program.isEmpty()) {
      System.err.println(
          "LEFT OUT: no Chromium on the PATH, so the dashboard's page is NOT tested in a browser:"
              + " first paint, a day of windows, hostile texts, requests. Install the package chromium.");
    }
    Assumptions.assumeTrue(program.isPresent(), "no Chromium on the PATH");
    browser = new Browser(program.get(), profile);
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void aDayOfWindowsTakesLittleToDrawAndStaysResponsive() throws Exception {
    History history = new History(Duration.ofDays(1));
    Flow flow = new Flow(SKILLS, DAY);
    flow.fill(history, DAY, NOW);
    try (Dashboard dashboard = serve(history)) {
      browser.size(1280, 800, false);
      browser.open(dashboard.address());
      awaitCharts();

      double opening = browser.processorMillis();
      double paint =
          browser
              .value("performance.getEntriesByName('first-contentful-paint')[0].startTime")
              .asDouble();
      double beforeSwitching = browser.processorMillis();
      browser.value(
          """
          (async () => {
            const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            for (const range of ['recent', 'whole', 'recent', 'whole']) {
              document.querySelector(`#ranges input[value=${range}]`).click();
              await frame();
            }
          })()
          """);
      double switching = (browser.processorMillis() - beforeSwitching) / 4;
      System.err.printf(
          "a day of windows: first paint after %.0f ms; processor time %.0f ms until all charts are"
              + " drawn, %.1f ms for another range%n",
          paint, opening, switching);
      assertThat(opening).as("processor time of opening, ms").isLessThan(OPENING_MILLIS);
      assertThat(switching).as("processor time of a switch, ms").isLessThan(RESPONSIVE_MILLIS);

      for (int i = 1; i <= 3; i++) {
        flow.more(history, NOW.plusSeconds(i));
      }
      await().atMost(PATIENCE).until(() -> browser.text("#figures").contains("86,401 windows"));
      assertThat(browser.text("#probes"))
          .contains(
              "KL from the base model 0.080",
              "loss ▲ +0.050 since it was first trained",
              "loss ▼ −0.160 without training it");
      assertThat(browser.faults()).isEmpty();
      assertThat(browser.requests())
          .isNotEmpty()
          .allSatisfy(
              url ->
                  assertThat(url)
                      .matches(
                          asked ->
                              asked.startsWith(dashboard.address() + "/")
                                  || asked.equals("about:blank")));
      screenshots();
    }
  }

  @Test
  void hostileTextsAreShownAndNeverRun() {
    String hostile = "<img src=x onerror=\"document.title='run'\">";
    String script = "<script>document.title='run'</script>";
    History history = filled(List.of(hostile, script, "\"'><svg/onload=alert(1)>"), 60);
    Flow flow = new Flow(List.of(hostile, "math"), 60);
    history.accept(flow.version(9, 60, VersionStatus.HELD, hostile));
    history.accept(new FeedState(FeedState.Phase.FAILING, hostile, 1, 1, NOW));
    Report letters =
        new Report(
            NOW,
            new dev.alluvium.schemas.avro.CurateReport(
                script, 10L, Map.of(hostile, 3L), 0L, 0L, Map.of(), Map.of(), 0L, Map.of()));
    history.accept(NOW.toEpochMilli(), letters);
    try (Dashboard dashboard = serve(history)) {
      browser.size(1280, 800, false);
      browser.open(dashboard.address());
      awaitCharts();

      assertThat(browser.text("#mix-charts")).contains(hostile).contains(script);
      assertThat(browser.text("#steps")).contains("rejected " + hostile);
      assertThat(browser.text("#versions")).contains(hostile);
      assertThat(browser.text("#banner")).contains(hostile);
      assertThat(browser.text("#standing")).contains(hostile);
      assertThat(browser.value("document.title").asText()).isEqualTo("Alluvium");
      assertThat(
              browser
                  .value("document.querySelectorAll('main img, main script, main svg').length")
                  .asInt())
          .isZero();
      assertThat(browser.requests()).noneMatch(url -> url.endsWith("/x"));
      assertThat(browser.faults()).isEmpty();
    }
  }

  @Test
  void markupThatSlippedThroughWouldBeRefusedByThePolicy() {
    try (Dashboard dashboard = serve(filled(SKILLS, 5))) {
      browser.open(dashboard.address());
      awaitCharts();

      JsonNode refused =
          browser.value(
              "(() => { try { document.body.innerHTML = '<b>x</b>'; return 'taken'; } catch (e) { return e.name; } })()");

      assertThat(refused.asText()).isEqualTo("TypeError");
    }
  }

  @Test
  void anEmptyPipelineSaysHowToBegin() throws Exception {
    History history = new History(Duration.ofDays(1));
    history.accept(new FeedState(FeedState.Phase.LIVE, "", 0, 0, NOW));
    try (Dashboard dashboard = serve(history)) {
      browser.size(1280, 800, false);
      browser.open(dashboard.address());
      await().atMost(PATIENCE).until(() -> browser.text("#empty").contains("alluvium produce"));
      assertThat(browser.text("#feed")).contains("live");
      screenshot("empty", false);

      Flow flow = new Flow(SKILLS, 10);
      flow.more(history, NOW);

      awaitCharts();
      assertThat(browser.text("#empty")).isEmpty();
      assertThat(browser.faults()).isEmpty();
    }
  }

  @Test
  void aServerThatStopsIsSaidToBeGoneAndFoundAgain() throws Exception {
    History history = filled(SKILLS, 30);
    URI address;
    try (Dashboard dashboard = serve(history)) {
      address = dashboard.address();
      browser.size(390, 844, true);
      browser.open(address);
      awaitCharts();
    }
    await().atMost(PATIENCE).until(() -> browser.text("#banner").contains("connection"));
    screenshot("lost", false);
    DashboardSettings same =
        new DashboardSettings(true, "localhost", address.getPort(), Duration.ofDays(1), "", "");
    try (Dashboard dashboard = serve(same, history)) {
      await().atMost(PATIENCE).until(() -> browser.text("#feed").contains("live"));
      assertThat(browser.text("#banner")).isEmpty();
      assertThat(dashboard.address()).isEqualTo(address);
    }
  }

  private void awaitCharts() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(browser.value("document.querySelectorAll('#mix canvas').length").asInt())
                    .as("charts; faults: %s", browser.faults())
                    .isPositive());
  }

  private void screenshots() throws Exception {
    browser.colours("light");
    browser.size(390, 844, true);
    screenshot("phone", true);
    browser.size(1280, 800, false);
    screenshot("laptop", true);
    browser.size(1920, 1080, false);
    screenshot("wall", false);
    browser.colours("dark");
    screenshot("wall-dark", false);
    browser.size(390, 844, true);
    screenshot("phone-dark", false);
    browser.colours("light");
  }

  private void screenshot(String name, boolean whole) throws Exception {
    String directory = System.getProperty("dashboard.screenshots");
    if (directory != null) {
      browser.value(
          "new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 400))");
      browser.screenshot(Path.of(directory, name + ".png"), whole);
    }
  }

  private static History filled(List<String> skills, int windows) {
    History history = new History(Duration.ofDays(1));
    new Flow(skills, windows).fill(history, windows, NOW);
    return history;
  }

  private static Dashboard serve(History history) {
    return serve(new DashboardSettings(true, "localhost", 0, Duration.ofDays(1), "", ""), history);
  }

  private static Dashboard serve(DashboardSettings settings, History history) {
    return Dashboard.serve(
        settings,
        Map.of(),
        new Dashboard.Sources(
            "",
            history,
            () -> Map.of("alluvium-mix", ApplicationState.of(State.RUNNING)),
            List.of()));
  }
}
