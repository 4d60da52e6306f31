package dev.alluvium.cli.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The reference of all settings, made from the comments in the file of defaults. Relies on that
 * file's form: two spaces a level, and the comment on the lines right above its key.
 */
public final class DefaultsPage {
  private static final int INDENT = 2;

  private DefaultsPage() {}

  /**
   * One line of the file.
   *
   * @param key full key
   * @param value as written; empty for a map
   * @param meaning the comment above it
   * @param isMap true when other keys stand below it
   */
  record Entry(String key, String value, String meaning, boolean isMap) {}

  /** The page as Markdown. */
  public static String markdown() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Settings

        Generated from `cli/src/main/resources/alluvium-defaults.yaml` by
        `mvn -pl cli -am test -Dtest=ConfigurationPageTest -Ddocs.write=true -Dsurefire.failIfNoSpecifiedTests=false`.

        Strength: defaults < `--config FILE` < environment < `--set KEY=VALUE`. Durations are a whole number and
        `ms`, `s`, `m`, `h` or `d`. A key ending in `.*` takes any name below it. `alluvium config print` shows what is in
        force and where it comes from, `alluvium config lint FILE` checks a file.

        Every variable may have `_FILE` at its end: `ALLUVIUM_KAFKA_SASL_JAAS_CONFIG_FILE=/run/secrets/jaas` takes the value from
        that file. Secrets, SASL, TLS and rights on a cluster: [security.md](../security.md).

        | key | default | variable | meaning |
        |---|---|---|---|
        """);
    KnownKeys keys = KnownKeys.of(AlluviumSettings.class);
    for (Entry entry : entries()) {
      if (keys.maps().contains(entry.key())) {
        page.append(row(entry.key() + ".*", "", variable(entry.key()) + "_...", entry.meaning()));
      } else if (!entry.isMap()) {
        page.append(row(entry.key(), entry.value(), variable(entry.key()), entry.meaning()));
      }
    }
    return page.toString();
  }

  /** Every key of the file with its comment, in order. */
  static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    Deque<String> path = new ArrayDeque<>();
    List<String> comment = new ArrayList<>();
    for (String line : Defaults.text().lines().toList()) {
      String text = line.strip();
      if (text.startsWith("#")) {
        comment.add(text.substring(1).strip());
      } else if (text.isEmpty()) {
        comment.clear();
      } else {
        int depth = (line.length() - line.stripLeading().length()) / INDENT;
        while (path.size() > depth) {
          path.removeLast();
        }
        int colon = text.indexOf(": ");
        boolean opensMap = colon < 0;
        String name = opensMap ? text.substring(0, text.length() - 1) : text.substring(0, colon);
        path.addLast(name);
        String value = opensMap ? "" : text.substring(colon + 2).strip();
        boolean isMap = opensMap || value.equals("{}");
        entries.add(
            new Entry(String.join(".", path), unquoted(value), String.join(" ", comment), isMap));
        comment.clear();
      }
    }
    return entries;
  }

  private static String row(String key, String value, String variable, String meaning) {
    String shown = value.isEmpty() ? "" : "`" + value + "`";
    return "| `%s` | %s | `%s` | %s |%n"
        .formatted(key, shown, variable, meaning.replace("|", "\\|"));
  }

  private static String variable(String key) {
    return Environment.variable(key);
  }

  private static String unquoted(String value) {
    return value.equals("\"\"") ? "" : value;
  }
}
