package dev.alluvium.cli.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.suite.skill.Item;
import dev.alluvium.cli.suite.skill.Level;
import dev.alluvium.cli.suite.skill.Skill;
import dev.alluvium.cli.suite.skill.Skills;
import dev.alluvium.cli.suite.skill.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

/** The page's examples are what the generator writes. */
class SuitePageTest {
  private static final Path PAGE = Path.of("../docs/skill-suite.md");
  private static final String BEGIN = "<!-- examples: begin -->\n";
  private static final String END = "<!-- examples: end -->";

  private static String table() {
    StringBuilder table =
        new StringBuilder(
            "| skill | asked | A, own | B, gold | C, foreign |\n|---|---|---|---|---|\n");
    for (Skill skill : Skills.all()) {
      for (Level level : skill.hasHard() ? Level.values() : new Level[] {Level.EASY}) {
        Item item = skill.draw(Split.STREAM, level, RandomSource.XO_RO_SHI_RO_128_PP.create(11));
        String name = skill.hasHard() ? skill.name() + ", " + level.label() : skill.name();
        table.append(
            "| %s | `%s` | `%s` | `%s` | `%s` |\n"
                .formatted(
                    name,
                    item.instruction(),
                    item.wordings().own(),
                    item.wordings().gold(),
                    item.wordings().foreign()));
      }
    }
    return table.toString();
  }

  @Test
  void theExamplesAreUpToDate() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page.substring(0, begin) + table() + page.substring(end));
      return;
    }
    assertThat(page.substring(begin, end))
        .as("run mvn -pl cli -am test -Dtest=SuitePageTest -Ddocs.write=true")
        .isEqualTo(table());
  }
}
