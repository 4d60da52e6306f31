package dev.alluvium.cli.endpoint;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a process gave at {@code /metrics}: the names of its metrics, each with the labels it has
 * and their values.
 *
 * @param values by name and label; of all series of that name together
 */
public record Scraped(Map<String, Map<String, Set<String>>> values) {
  private static final Pattern SAMPLE =
      Pattern.compile("(?m)^([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** Reads Prometheus' text format. */
  public static Scraped of(String text) {
    Map<String, Map<String, Set<String>>> values = new TreeMap<>();
    SAMPLE
        .matcher(text)
        .results()
        .forEach(
            sample -> {
              var labels = values.computeIfAbsent(sample.group(1), name -> new TreeMap<>());
              if (sample.group(2) != null) {
                LABEL
                    .matcher(sample.group(2))
                    .results()
                    .forEach(
                        label ->
                            labels
                                .computeIfAbsent(label.group(1), name -> new TreeSet<>())
                                .add(label.group(2)));
              }
            });
    return new Scraped(values);
  }

  /** Its metrics. */
  public Set<String> names() {
    return values.keySet();
  }

  /** The labels of a metric; none where there is no such metric. */
  public Set<String> labels(String metric) {
    return values.getOrDefault(metric, Map.of()).keySet();
  }

  /** The values of a label of a metric; none where there is no such label. */
  public Set<String> values(String metric, String label) {
    return values.getOrDefault(metric, Map.of()).getOrDefault(label, Set.of());
  }
}
