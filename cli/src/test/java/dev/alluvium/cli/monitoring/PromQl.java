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
 * @param constants values of labels that are written out
 */
public record PromQl(
    Map<String, Set<String>> matched, Set<String> grouped, List<Constant> constants) {
  /**
   * A label of a metric and the value, or what it must match, that is asked for.
   *
   * @param value a regular expression; of several with | between them, one
   */
  record Constant(String metric, String label, String value) {
    boolean isIn(Scraped scraped) {
      return scraped.values(metric, label).stream().anyMatch(there -> there.matches(value));
    }
  }

  private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern RANGE = Pattern.compile("\\[[^\\]]*]");
  private static final Pattern GROUPS =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
  private static final Pattern SELECTOR =
      Pattern.compile("(?<![\\w.])([a-zA-Z_:][\\w:]*)\\s*(?:\\{([^}]*)}|(\\())?");
  private static final Pattern SELECTED =
      Pattern.compile("([a-zA-Z_:][\\w:]*)\\{((?:[^}\"]|\"[^\"]*\")*)}");
  private static final Pattern CONSTANT = Pattern.compile("(\\w+)\\s*=~?\\s*\"([^\"$]*)\"");
  private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");
  private static final Set<String> WORDS =
      Set.of("and", "or", "unless", "bool", "offset", "group_left", "group_right");

  /** What Prometheus itself knows of everything it scrapes. */
  private static final Set<String> OF_PROMETHEUS = Set.of("up");

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
    return new PromQl(matched, grouped, constants(expression));
  }

  private static List<Constant> constants(String expression) {
    List<Constant> constants = new ArrayList<>();
    SELECTED
        .matcher(expression)
        .results()
        .forEach(
            selector ->
                CONSTANT
                    .matcher(selector.group(2))
                    .results()
                    .forEach(
                        constant ->
                            Arrays.stream(constant.group(2).split("\\|", -1))
                                .map(
                                    value ->
                                        new Constant(selector.group(1), constant.group(1), value))
                                .forEach(constants::add)));
    return constants;
  }

  /** The same, with labels that are shown of what it gives. */
  public PromQl showing(List<String> labels) {
    Set<String> all = new TreeSet<>(grouped);
    all.addAll(labels);
    return new PromQl(matched, all, constants);
  }

  /** What it asks for that processes do not give, in words. */
  public List<String> missingFrom(Scraped scraped) {
    List<String> missing = new ArrayList<>();
    Set<String> there = new TreeSet<>(OF_TARGETS);
    matched.forEach(
        (metric, labels) -> {
          if (!scraped.names().contains(metric) && !OF_PROMETHEUS.contains(metric)) {
            missing.add("no metric " + metric);
            return;
          }
          Set<String> known = scraped.labels(metric);
          there.addAll(known);
          labels.stream()
              .filter(label -> !known.contains(label) && !OF_TARGETS.contains(label))
              .forEach(label -> missing.add("%s has no label %s".formatted(metric, label)));
        });
    grouped.stream()
        .filter(label -> !there.contains(label))
        .forEach(label -> missing.add("no metric here has the label " + label));
    constants.stream()
        .filter(asked -> scraped.labels(asked.metric()).contains(asked.label()))
        .filter(asked -> !asked.isIn(scraped))
        .forEach(asked -> missing.add("%s never has that value".formatted(asked)));
    return missing;
  }
}
