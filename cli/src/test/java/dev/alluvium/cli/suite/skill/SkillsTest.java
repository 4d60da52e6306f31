package dev.alluvium.cli.suite.skill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.judges.suite.AnswerKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SkillsTest {
  private static final int DRAWS = 150;

  static Stream<Arguments> skillsAndSeeds() {
    return Skills.all().stream()
        .flatMap(skill -> Stream.of(1L, 2L).map(seed -> Arguments.of(skill.name(), seed)));
  }

  private static Skill skill(String name) {
    return Skills.all().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  /** Items of every split and level, and of rewriting. */
  private static List<Item> items(Skill skill, long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    List<Item> items = new ArrayList<>();
    for (Level level : skill.hasHard() ? Level.values() : new Level[] {Level.EASY}) {
      for (int i = 0; i < DRAWS; i++) {
        items.add(skill.draw(Split.values()[i % 4], level, random));
        items.add(skill.drawToRewrite(level, random));
      }
    }
    return items;
  }

  private static List<String> texts(Item item) {
    return List.of(item.wordings().own(), item.wordings().gold(), item.wordings().foreign());
  }

  @ParameterizedTest
  @MethodSource("skillsAndSeeds")
  void everyWordingIsJudgedRightAndNoTwoAreAlike(String name, long seed) {
    for (Item item : items(skill(name), seed)) {
      assertThat(texts(item)).as(item.instruction()).allMatch(item.key()::accepts);
      assertThat(texts(item))
          .as("by the judge in the stream: %s", item.instruction())
          .allMatch(AnswerKey.of(item.key().answer(), item.key().tests())::accepts);
      assertThat(texts(item)).doesNotHaveDuplicates();
      assertThat(item.skill()).isEqualTo(name);
    }
  }

  @ParameterizedTest
  @MethodSource("skillsAndSeeds")
  void everyCorruptedAnswerIsJudgedWrong(String name, long seed) {
    List<Item> items = items(skill(name), seed);
    for (int i = 1; i < items.size(); i++) {
      Item item = items.get(i);
      for (String text : texts(item)) {
        int value = text.length() - AnswerKey.value(text).orElseThrow().length();
        String untilMark = text.substring(0, value);
        assertThat(item.key().accepts(untilMark)).as("no value: " + untilMark).isFalse();
        assertThat(
                item.key()
                    .accepts(
                        untilMark.replaceAll("(=|answer|result) $", "") + text.substring(value)))
            .as("no mark")
            .isFalse();
        assertThat(item.key().accepts(text + ".")).isFalse();
        assertThat(item.key().accepts(text + " = = ")).isFalse();
      }
      String own = item.wordings().own();
      assertThat(item.key().accepts(own + " " + item.key().answer()))
          .as("the value of %s twice", own)
          .isEqualTo(worksTwice(item));
      Item other = items.get(i - 1);
      assertThat(item.key().accepts(other.wordings().own()))
          .as("%s answered with %s", item.instruction(), other.wordings().own())
          .isEqualTo(worksFor(item, other.key().answer()));
    }
  }

  /** Doing something again may change nothing. */
  private static boolean worksTwice(Item item) {
    return item.key().kind() == AnswerKey.Kind.PROGRAM
        && ReferencePrograms.does(
            item.key().answer() + " " + item.key().answer(), item.key().tests());
  }

  private static boolean worksFor(Item item, String answer) {
    return item.key().kind() == AnswerKey.Kind.PROGRAM
        ? ReferencePrograms.does(answer, item.key().tests())
        : item.key().answer().equals(answer);
  }

  /** The right answer, found from the instruction alone. */
  private static String solved(String instruction) {
    String[] words = instruction.split(" ");
    String rest = instruction.substring(instruction.indexOf(' ') + 1);
    return switch (words[0]) {
      case "reverse" -> new StringBuilder(rest).reverse().toString();
      case "sort" -> Arrays.stream(rest.split(" ")).sorted().collect(Collectors.joining(" "));
      case "add" ->
          Integer.toString(Stream.of(rest.split("\\+")).mapToInt(Integer::parseInt).sum());
      case "subtract" -> {
        String[] numbers = rest.split("-");
        yield Integer.toString(Integer.parseInt(numbers[0]) - Integer.parseInt(numbers[1]));
      }
      case "count" -> Long.toString(Arrays.stream(words).skip(3).filter(words[1]::equals).count());
      default ->
          instruction.endsWith("in capitals")
              ? rest.replace(" in capitals", "").toUpperCase(Locale.ROOT)
              : "";
    };
  }

  @ParameterizedTest
  @MethodSource("skillsAndSeeds")
  void theAnswerFollowsFromTheInstruction(String name, long seed) {
    for (Item item : items(skill(name), seed)) {
      if (item.key().kind() == AnswerKey.Kind.PROGRAM) {
        assertThat(item.instruction()).isEqualTo("program " + String.join(" ", item.key().tests()));
        assertThat(ReferencePrograms.does(item.key().answer(), item.key().tests())).isTrue();
      } else if (!solved(item.instruction()).isEmpty()) {
        assertThat(item.key().answer()).isEqualTo(solved(item.instruction()));
      }
    }
  }

  @Test
  void hardMeansThatNothingEasyWouldDo() {
    for (Item item : items(skill("program"), 3)) {
      boolean oneDoes =
          Stream.of("rev", "sort", "inc", "dec", "head", "tail")
              .anyMatch(step -> ReferencePrograms.does(step, item.key().tests()));
      assertThat(oneDoes).isEqualTo(item.level() == Level.EASY);
    }
    for (Item item : items(skill("subtract"), 3)) {
      String[] numbers = item.operands().split("-");
      assertThat(numbers[0]).hasSameSizeAs(numbers[1]).hasSameSizeAs(item.key().answer());
      assertThat(numbers[0]).hasSize(item.level() == Level.EASY ? 2 : 3);
    }
  }

  @Test
  void theTraceOfASubtractionIsTheSchoolMethod() {
    List<String> traces =
        items(skill("subtract"), 5).stream().map(item -> item.wordings().own()).toList();
    for (String trace : traces) {
      String answer = trace.substring(trace.lastIndexOf(' ') + 1);
      StringBuilder digits = new StringBuilder();
      for (String column : trace.substring(0, trace.indexOf(" = ")).split(", ")) {
        String[] parts = column.split(" ");
        String[] term = parts[1].split("-");
        int digit = Integer.parseInt(term[0]) - Integer.parseInt(term[1]);
        assertThat(parts[2]).isEqualTo(Integer.toString(digit)).hasSize(1);
        digits.insert(0, digit);
      }
      assertThat(digits).hasToString(answer);
    }
  }

  @Test
  void rewritingTellsNoFactOfTheTables() {
    for (String name : List.of("stone", "code")) {
      Skill skill = skill(name);
      UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(8);
      List<String> asked = new ArrayList<>();
      for (int i = 0; i < 3000; i++) {
        Level level = skill.hasHard() && i % 2 == 0 ? Level.HARD : Level.EASY;
        asked.add(nameIn(skill.draw(Split.BASE, level, random)));
      }
      assertThat(asked.stream().distinct().count()).isEqualTo(name.equals("stone") ? 200 : 300);
      for (int i = 0; i < 300; i++) {
        assertThat(asked).doesNotContain(nameIn(skill.drawToRewrite(Level.EASY, random)));
      }
    }
  }

  /** The three letters that stand alone. */
  private static String nameIn(Item item) {
    return Arrays.stream(item.instruction().split(" "))
        .filter(word -> word.length() == 1)
        .collect(Collectors.joining(" "));
  }

  @Test
  void everyPhrasingOfAStoneBelongsToOneSplit() {
    List<String> all =
        Arrays.stream(Split.values()).flatMap(s -> StoneSkill.phrasings(s).stream()).toList();
    assertThat(all).hasSize(25).doesNotHaveDuplicates();
  }
}
