package dev.alluvium.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links between our pages lead somewhere, down to the heading. */
class LinksTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

  @Test
  void everyLinkLeadsToAFileAndAHeading() throws IOException {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path page : pages()) {
      for (MatchResult link : LINK.matcher(Links.prose(page)).results().toList()) {
        if (!link.group(1).contains("://")) {
          links++;
          if (!Links.leads(page, link.group(1))) {
            broken.add(HOME.relativize(page) + ": " + link.group(1));
          }
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(links).as("links that were looked at").isGreaterThan(50);
  }

  @Test
  void aLinkToNowhereIsFound() {
    Path page = HOME.resolve("README.md");

    assertThat(Links.leads(page, "docs/operations.md#lag")).isTrue();
    assertThat(Links.leads(page, "docs/operations.md#lagg")).isFalse();
    assertThat(Links.leads(page, "docs/metrics.md")).isFalse();
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(HOME.resolve("README.md")));
    try (Stream<Path> docs = Files.walk(HOME.resolve("docs"))) {
      docs.filter(path -> path.toString().endsWith(".md")).forEach(pages::add);
    }
    return pages;
  }
}
