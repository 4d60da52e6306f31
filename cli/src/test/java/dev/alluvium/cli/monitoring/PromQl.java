package dev.alluvium.cli.monitoring;

import dev.alluvium.cli.endpoint.Scraped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression of Prometheus asks for: found by words, not by the language's grammar, which
 * {@code promtool} checks.
 *
 * @param matched metrics, each with the labels it is selected by
 * @param grouped labels that series are grouped or joined by
 */
public record PromQl(Map<String, Set<String>> matched, Set<String> grouped) {
  private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern RANGE = Pattern.compile("\\[[^\\]]*]");
  private static final Pattern GROUPS =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
  private static final Pattern SELECTOR =
      Pattern.compile("(?<![\\w.])([a-zA-Z_:][\\w:]*)\\s*(?:\\{([^}]*)}|(\\())?");
  private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");
  private static final Set<String> WORDS =
      Set.of("and", "or", "unless", "bool", "offset", "group_left", "group_right");

  /** What Prometheus itself knows of everything it scrapes. */
  private static final Map<String, Set<String>> OF_PROMETHEUS = Map.of("up", Set.of());

  /** Labels that Prometheus gives to everything it scrapes. */
  private static final Set<String> OF_TARGETS = Set.of("job", "instance");

  /** Reads an expression. */
  public static PromQl of(String expression) {
    String bare = RANGE.matcher(TEXT.matcher(expression).replaceAll("\"\"")).replaceAll("");
    Set<String> grouped = new TreeSet<>();
    Matcher groups = GROUPS.matcher(bare);
    while (groups.find()) {
      Arrays.stream(groups.group(1).split(",", -1))
          .map(String::strip)
          .filter(label -> !label.isEmpty())
          .forEach(grouped::add);
    }
    Map<String, Set<String>> matched = new TreeMap<>();
    Matcher selectors = SELECTOR.matcher(GROUPS.matcher(bare).replaceAll(" "));
    while (selectors.find()) {
      if (selectors.group(3) == null && !WORDS.contains(selectors.group(1))) {
        Set<String> labels = matched.computeIfAbsent(selectors.group(1), metric -> new TreeSet<>());
        if (selectors.group(2) != null) {
          LABEL.matcher(selectors.group(2)).results().forEach(l -> labels.add(l.group(1)));
        }
      }
    }
    return new PromQl(matched, grouped);
  }

  /** The same, with labels that are shown of what it gives. */
  public PromQl showing(List<String> labels) {
    Set<String> all = new TreeSet<>(grouped);
    all.addAll(labels);
    return new PromQl(matched, all);
  }

  /** What it asks for that processes do not give, in words. */
  public List<String> missingFrom(Scraped scraped) {
    List<String> missing = new ArrayList<>();
    Set<String> there = new TreeSet<>(OF_TARGETS);
    matched.forEach(
        (metric, labels) -> {
          Set<String> known = scraped.labels().getOrDefault(metric, OF_PROMETHEUS.get(metric));
          if (known == null) {
            missing.add("no metric " + metric);
            return;
          }
          there.addAll(known);
          labels.stream()
              .filter(label -> !known.contains(label) && !OF_TARGETS.contains(label))
              .forEach(label -> missing.add("%s has no label %s".formatted(metric, label)));
        });
    grouped.stream()
        .filter(label -> !there.contains(label))
        .forEach(label -> missing.add("no metric here has the label " + label));
    return missing;
  }
}
