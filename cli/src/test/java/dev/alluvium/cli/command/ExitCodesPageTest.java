package dev.alluvium.cli.command;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.testing.Cli;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Codes, help and the page about them say the same. */
class ExitCodesPageTest {
  private static final Path PAGE = Path.of("../docs/reference/exit-codes.md");

  @Test
  void everyCodeIsExplainedOnceAndHelpNamesIt() throws IllegalAccessException {
    List<Integer> codes = ExitCodes.ALL.stream().map(ExitCodes.Meaning::code).toList();
    for (Field field : ExitCodes.class.getFields()) {
      if (field.getType() == int.class) {
        assertThat(codes).as(field.getName()).containsOnlyOnce(field.getInt(null));
      }
    }
    assertThat(codes)
        .hasSize(
            (int)
                Arrays.stream(ExitCodes.class.getFields())
                    .filter(field -> field.getType() == int.class)
                    .count());
    String help = Cli.run("--help").out();
    for (ExitCodes.Meaning known : ExitCodes.ALL) {
      assertThat(help).containsPattern("(?m)^ *%d +%s$".formatted(known.code(), known.name()));
    }
  }

  @Test
  void thePageIsUpToDate() throws IOException {
    String page = page();
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).content().isEqualTo(page);
  }

  private static String page() {
    return """
        # Exit codes

        Generated from `dev.alluvium.cli.command.ExitCodes` by
        `mvn -pl cli -am test -Dtest=ExitCodesPageTest -Ddocs.write=true -Dsurefire.failIfNoSpecifiedTests=false`.

        A process that a signal ends has a code of its own, in good order or not: 143 after SIGTERM, which is how a service is told to stop, 130 after Ctrl-C, 137 after SIGKILL.

        | code | name | meaning | what to do |
        |---|---|---|---|
        %s

        What you see in operation and what to do about it is in [operations.md](../operations.md).
        """
        .formatted(
            ExitCodes.ALL.stream()
                .map(
                    known ->
                        "| %d | %s | %s | %s |"
                            .formatted(known.code(), known.name(), known.meaning(), known.advice()))
                .collect(joining("\n")));
  }
}
