package dev.alluvium.streams.ask;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page lists every reason with its origin, and no other. */
class ReasonsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "s3ft.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| ([A-Z]+) \\|");

  @Test
  void thePageListsEveryReason() throws IOException {
    String page = Files.readString(PAGE);
    String table =
        page.substring(page.indexOf("<!-- reasons: begin"), page.indexOf("<!-- reasons: end"));
    List<String> rows =
        ROW.matcher(table).results().map(row -> row.group(1) + " " + row.group(2)).toList();
    assertThat(rows)
        .containsExactlyElementsOf(
            Arrays.stream(TargetReason.values())
                .map(reason -> reason.code() + " " + reason.origin())
                .toList());
  }
}
