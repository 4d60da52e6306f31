package dev.alluvium.cli.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.docs.Links;
import dev.alluvium.cli.endpoint.Scraped;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Alerts and dashboards are whole. That what they ask for exists is tested in {@code EndpointIT},
 * on a real scrape.
 */
class MonitoringTest {
  private static final Scraped SCRAPED =
      Scraped.of(
          """
          # HELP alluvium_live 1 while alive.
          # TYPE alluvium_live gauge
          alluvium_live{namespace="a",process="train"} 1.0
          alluvium_loss{namespace="a",pass="last",process="streams"} 2.5
          jvm_threads 4.0
          """);

  @Test
  void everyAlertSaysHowBadItIsWhatToDoAndWhereToRead() {
    assertThat(Monitoring.alerts()).hasSizeGreaterThan(20);
    assertThat(Monitoring.alerts()).extracting(alert -> alert.get("alert")).doesNotHaveDuplicates();
    for (JsonNode alert : Monitoring.alerts()) {
      String name = alert.get("alert").asText();
      assertThat(name).startsWith("Alluvium");
      assertThat(alert.path("for").asText()).as(name).matches("\\d+[mh]");
      assertThat(alert.at("/labels/severity").asText()).as(name).isIn("critical", "warning");
      assertThat(alert.at("/annotations/summary").asText()).as(name).contains(": ");
      String runbook = alert.at("/annotations/runbook_url").asText();
      assertThat(runbook).as(name).startsWith("docs/operations.md#");
      assertThat(Links.leads(Path.of("../README.md").toAbsolutePath().normalize(), runbook))
          .as(runbook)
          .isTrue();
    }
  }

  @Test
  void theRunbookNamesEveryAlertAndNoOther() throws IOException {
    String runbook = Files.readString(Path.of("../docs/operations.md"));
    Set<String> alerts = new HashSet<>();
    Monitoring.alerts().forEach(alert -> alerts.add(alert.get("alert").asText()));

    Set<String> named = new HashSet<>();
    Pattern.compile("Alluvium[A-Z]\\w+")
        .matcher(runbook)
        .results()
        .forEach(found -> named.add(found.group()));

    assertThat(named).isEqualTo(alerts);
  }

  @Test
  void everyPanelCanBeReadAndBelongsToOneNamespace() {
    Map<String, JsonNode> dashboards = Monitoring.dashboards();
    assertThat(dashboards.keySet())
        .containsExactly("flow.json", "mixture.json", "operations.json", "training.json");
    assertThat(dashboards.values())
        .extracting(dashboard -> dashboard.get("uid").asText())
        .doesNotHaveDuplicates();
    dashboards.forEach(
        (file, dashboard) -> {
          assertThat(dashboard.get("schemaVersion").asInt()).isGreaterThanOrEqualTo(39);
          assertThat(dashboard.at("/templating/list").findValuesAsText("name"))
              .contains("datasource", "namespace");
          List<JsonNode> panels = Monitoring.panels(dashboard);
          assertThat(panels).extracting(panel -> panel.get("id")).doesNotHaveDuplicates();
          for (JsonNode panel : panels) {
            String place = file + ": " + panel.get("title").asText();
            assertThat(panel.get("title").asText()).as(place).isNotBlank();
            assertThat(panel.get("description").asText()).as(place).endsWith(".");
            assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(place).isNotBlank();
            assertThat(panel.get("targets")).as(place).isNotEmpty();
            for (JsonNode target : panel.get("targets")) {
              assertThat(target.at("/datasource/uid").asText()).isEqualTo("${datasource}");
              PromQl asked = PromQl.of(target.get("expr").asText());
              assertThat(asked.matched()).as(place).isNotEmpty();
              assertThat(asked.matched().values())
                  .as(place)
                  .allMatch(labels -> labels.contains("namespace"));
            }
          }
          assertThat(panels)
              .as(file)
              .allSatisfy(panel -> assertThat(overlaps(panel, panels)).isFalse());
        });
  }

  private static boolean overlaps(JsonNode panel, List<JsonNode> all) {
    return all.stream()
        .anyMatch(other -> !other.get("id").equals(panel.get("id")) && overlap(panel, other));
  }

  private static boolean overlap(JsonNode one, JsonNode other) {
    return meet(one, other, "x", "w") && meet(one, other, "y", "h");
  }

  private static boolean meet(JsonNode one, JsonNode other, String at, String size) {
    JsonNode a = one.get("gridPos");
    JsonNode b = other.get("gridPos");
    return a.get(at).asInt() < b.get(at).asInt() + b.get(size).asInt()
        && b.get(at).asInt() < a.get(at).asInt() + a.get(size).asInt();
  }

  @Test
  void grafanaIsProvisionedWithTheDataSourceTheDashboardsBeginWith() {
    JsonNode source =
        Monitoring.yaml(Monitoring.HOME.resolve("grafana/provisioning/datasources/prometheus.yaml"))
            .at("/datasources/0");
    JsonNode provider =
        Monitoring.yaml(Monitoring.HOME.resolve("grafana/provisioning/dashboards/alluvium.yaml"))
            .at("/providers/0");

    assertThat(source.get("uid").asText()).isEqualTo("prometheus");
    assertThat(source.get("type").asText()).isEqualTo("prometheus");
    assertThat(provider.get("type").asText()).isEqualTo("file");
    for (JsonNode dashboard : Monitoring.dashboards().values()) {
      assertThat(dashboard.at("/templating/list/0/current/value").asText())
          .isEqualTo(source.get("uid").asText());
    }
  }

  @Test
  void whatAnExpressionAsksForIsFound() {
    PromQl asked =
        PromQl.of(
            "60 * max by (namespace, pass) (rate(alluvium_loss{namespace=~\"$n\",pass=\"a{b}\"}[5m]))"
                + " / on (job) group_left (area) jvm_threads > 1e9 unless vector(1)");

    assertThat(asked.matched())
        .isEqualTo(Map.of("alluvium_loss", Set.of("namespace", "pass"), "jvm_threads", Set.of()));
    assertThat(asked.grouped()).containsExactly("area", "job", "namespace", "pass");
  }

  @Test
  void aMisspeltMetricOrLabelIsFound() {
    assertThat(PromQl.of("max by (pass) (alluvium_loss{process=\"streams\"})").missingFrom(SCRAPED))
        .isEmpty();
    assertThat(PromQl.of("rate(alluvium_losses[5m]) > 0").missingFrom(SCRAPED))
        .containsExactly("no metric alluvium_losses");
    assertThat(PromQl.of("alluvium_loss{pas=\"last\"}").missingFrom(SCRAPED))
        .containsExactly("alluvium_loss has no label pas");
    assertThat(PromQl.of("sum by (skil) (alluvium_loss)").missingFrom(SCRAPED))
        .containsExactly("no metric here has the label skil");
    assertThat(PromQl.of("alluvium_loss{pass=\"first\",namespace=~\"$n\"}").missingFrom(SCRAPED))
        .singleElement()
        .asString()
        .contains("alluvium_loss", "pass", "first");
    assertThat(PromQl.of("alluvium_loss{pass=~\"l.st\"}").missingFrom(SCRAPED)).isEmpty();
    assertThat(PromQl.of("alluvium_loss{pass=~\"first|last\"}").missingFrom(SCRAPED)).hasSize(1);
    assertThat(PromQl.of("up == 0 and on (job, instance) alluvium_live").missingFrom(SCRAPED))
        .isEmpty();
  }

  @Test
  void prometheusUnderstandsEveryExpressionAndAlertsFireWhenTheyShould(@TempDir Path directory)
      throws Exception {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool"))),
        "promtool is not on the PATH, so alerts.yml and dashboards were not given to Prometheus' own check");

    assertThat(promtool("check", "rules", Monitoring.HOME.resolve("alerts.yml").toString()))
        .contains("SUCCESS");
    Path dashboards = Files.writeString(directory.resolve("dashboards.json"), asRules());
    assertThat(promtool("check", "rules", dashboards.toString())).contains("SUCCESS");
    assertThat(promtool("test", "rules", Monitoring.HOME.resolve("alerts-test.yml").toString()))
        .contains("SUCCESS");
  }

  /** What the dashboards ask for, as rules, with their variables filled in. */
  private static String asRules() {
    ObjectNode file = JsonNodeFactory.instance.objectNode();
    ArrayNode rules =
        file.putArray("groups").addObject().put("name", "dashboards").putArray("rules");
    for (Monitoring.Asked asked : Monitoring.expressions()) {
      rules
          .addObject()
          .put("record", "asked:" + rules.size())
          .put(
              "expr",
              asked.expression().replace("$__rate_interval", "5m").replace("$namespace", ".+"));
    }
    return file.toString();
  }

  private static String promtool(String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of("promtool"));
    line.addAll(List.of(arguments));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
