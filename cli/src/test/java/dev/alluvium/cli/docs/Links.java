package dev.alluvium.cli.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Where links of our pages lead. */
public final class Links {
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern CODE = Pattern.compile("(?s)```.*?```");

  private Links() {}

  /** Whether a link leads to a file or folder, and to a heading if it names one. */
  public static boolean leads(Path page, String link) {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
    if (hash < 0 || !Files.isRegularFile(target)) {
      return Files.exists(target);
    }
    return headings(target).contains(link.substring(hash + 1));
  }

  private static Set<String> headings(Path page) {
    return HEADING
        .matcher(prose(page))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(text -> text.replaceAll("[^\\p{L}\\p{N}_ -]", "").strip().replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  /** A page without its blocks of code. */
  static String prose(Path page) {
    try {
      return CODE.matcher(Files.readString(page)).replaceAll("");
    } catch (IOException e) {
      throw new UncheckedIOException(page + " cannot be read", e);
    }
  }
}
