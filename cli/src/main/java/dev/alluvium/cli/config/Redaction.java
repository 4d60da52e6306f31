package dev.alluvium.cli.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every secret that this process has read, to be hidden in what it writes for people. Libraries
 * write what they like into logs and messages, so they cannot be asked to leave secrets out: the
 * stream they write to does.
 */
public final class Redaction {
  /** Shorter texts are too common to be told from others. */
  private static final int SHORTEST = 4;

  /** A password inside a JAAS configuration, quoted or not. */
  private static final Pattern OPTION =
      Pattern.compile(
          "(?i)\\w*(?:password|secret|token)\\w*\\s*=\\s*(?:\"([^\"]*)\"|([^\\s;\"]+))");

  /** Longest first, so that a secret inside another does not break it up. */
  private static final Set<String> HIDDEN =
      new ConcurrentSkipListSet<>(
          Comparator.comparingInt(String::length).reversed().thenComparing(String::compareTo));

  private Redaction() {}

  /** From now on hides a text, each of its lines, and the passwords in it. */
  static void hide(String secret) {
    Set<String> parts = new TreeSet<>(List.of(secret));
    secret.lines().filter(line -> !line.startsWith("-----")).forEach(parts::add);
    Matcher option = OPTION.matcher(secret);
    while (option.find()) {
      String quoted = option.group(1);
      String plain = option.group(2);
      parts.add(quoted != null ? quoted : String.valueOf(plain));
    }
    parts.stream().map(String::strip).filter(p -> p.length() >= SHORTEST).forEach(HIDDEN::add);
  }

  /** A text with three stars for each secret in it. */
  public static String of(String text) {
    String shown = text;
    for (String secret : HIDDEN) {
      shown = shown.replace(secret, Secrets.MASK);
    }
    return shown;
  }

  /** A stream that hides secrets in what it passes on to another. */
  public static PrintStream over(PrintStream target) {
    return new PrintStream(new RedactedStream(target), true, UTF_8);
  }
}
