package dev.alluvium.cli.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What we ship for Prometheus and Grafana. */
public final class Monitoring {
  /** The folder of all of it. */
  public static final Path HOME = Path.of("../docker/monitoring").toAbsolutePath().normalize();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Pattern LEGEND = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");
  private static final Pattern OF_ALERT = Pattern.compile("\\$labels\\.(\\w+)");

  private Monitoring() {}

  /** An expression, where it stands, and the labels that are shown of it. */
  public record Asked(String place, String expression, List<String> shown) {}

  /** All rules of {@code alerts.yml}. */
  public static List<JsonNode> alerts() {
    List<JsonNode> alerts = new ArrayList<>();
    yaml(HOME.resolve("alerts.yml"))
        .get("groups")
        .forEach(group -> group.get("rules").forEach(alerts::add));
    return alerts;
  }

  /** The dashboards, by name of their file. */
  public static Map<String, JsonNode> dashboards() {
    Map<String, JsonNode> dashboards = new TreeMap<>();
    try (Stream<Path> files = Files.list(HOME.resolve("grafana/dashboards"))) {
      for (Path file : files.sorted().toList()) {
        dashboards.put(file.getFileName().toString(), JSON.readTree(file.toFile()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return dashboards;
  }

  /** A file of YAML. */
  public static JsonNode yaml(Path file) {
    try {
      return YAML.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The panels of a dashboard that show something. */
  public static List<JsonNode> panels(JsonNode dashboard) {
    List<JsonNode> panels = new ArrayList<>();
    dashboard.get("panels").forEach(panels::add);
    panels.removeIf(panel -> panel.get("type").asText().equals("row"));
    return panels;
  }

  /** Every expression of alerts and dashboards. */
  public static List<Asked> expressions() {
    List<Asked> all = new ArrayList<>();
    for (JsonNode alert : alerts()) {
      String summary = alert.at("/annotations/summary").asText();
      all.add(
          new Asked(
              alert.get("alert").asText(), alert.get("expr").asText(), labels(OF_ALERT, summary)));
    }
    dashboards()
        .forEach(
            (file, dashboard) ->
                panels(dashboard)
                    .forEach(
                        panel ->
                            panel
                                .get("targets")
                                .forEach(target -> all.add(asked(file, panel, target)))));
    return all;
  }

  private static Asked asked(String file, JsonNode panel, JsonNode target) {
    return new Asked(
        file + ": " + panel.get("title").asText(),
        target.get("expr").asText(),
        labels(LEGEND, target.get("legendFormat").asText()));
  }

  private static List<String> labels(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(found -> found.group(1)).toList();
  }
}
