package dev.alluvium.cli.endpoint;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a process gave at {@code /metrics}: the names of its metrics, each with the labels it has.
 *
 * @param labels labels by name; of all series of that name together
 */
public record Scraped(Map<String, Set<String>> labels) {
  private static final Pattern SAMPLE =
      Pattern.compile("(?m)^([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");

  /** Reads Prometheus' text format. */
  public static Scraped of(String text) {
    Map<String, Set<String>> labels = new TreeMap<>();
    SAMPLE
        .matcher(text)
        .results()
        .forEach(
            sample -> {
              Set<String> names = labels.computeIfAbsent(sample.group(1), name -> new TreeSet<>());
              if (sample.group(2) != null) {
                LABEL.matcher(sample.group(2)).results().forEach(l -> names.add(l.group(1)));
              }
            });
    return new Scraped(labels);
  }

  /** Both together. */
  public Scraped and(Scraped other) {
    Map<String, Set<String>> all = new TreeMap<>();
    labels.forEach((name, found) -> all.put(name, new TreeSet<>(found)));
    other.labels.forEach(
        (name, found) -> all.computeIfAbsent(name, n -> new TreeSet<>()).addAll(found));
    return new Scraped(all);
  }

  /** Its metrics. */
  public Set<String> names() {
    return labels.keySet();
  }
}
