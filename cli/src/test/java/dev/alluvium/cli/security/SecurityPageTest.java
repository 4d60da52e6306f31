package dev.alluvium.cli.security;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.access.AccessRights;
import dev.alluvium.schemas.access.Right;
import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The table of rights on the page is the one that is granted. */
class SecurityPageTest {
  private static final Path PAGE = Path.of("../docs/security.md");
  private static final String BEGIN = "<!-- rights: generated -->\n";
  private static final String END = "<!-- rights: end -->\n";

  /**
   * {@code mvn -pl cli -am test -Dtest=SecurityPageTest -Ddocs.write=true
   * -Dsurefire.failIfNoSpecifiedTests=false} writes the table anew.
   */
  @Test
  void thePageHasTheTableOfRights() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertThat(begin).isBetween(BEGIN.length(), end);
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page.substring(0, begin) + table() + page.substring(end));
    }
    assertThat(Files.readString(PAGE)).contains(BEGIN + table() + END);
  }

  private static String table() {
    return """
        | process | on | rights | for |
        |---|---|---|---|
        %s
        """
        .formatted(
            AccessRights.in(new Topics("", SchemaHistory.store())).all().stream()
                .map(SecurityPageTest::row)
                .collect(joining("\n")));
  }

  private static String row(Right right) {
    return "| %s | %s | %s | %s |"
        .formatted(
            right.role().label(),
            right.resourceName().replaceFirst(" (\\S+)$", " `$1`"),
            right.operationNames(),
            right.why());
  }
}
