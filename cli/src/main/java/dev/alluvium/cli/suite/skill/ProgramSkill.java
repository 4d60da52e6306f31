package dev.alluvium.cli.suite.skill;

import dev.alluvium.judges.suite.AnswerKey;
import dev.alluvium.judges.suite.Program;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * N2: which operations turn three rows of digits into three others. One operation is easy; two that
 * no single one can replace are hard. Every program that does it is right.
 */
final class ProgramSkill implements Skill {
  private static final int TESTS = 3;
  private static final int ROWS = 1000;

  private static final List<Program> SINGLE =
      Arrays.stream(Program.Step.values()).map(step -> new Program(List.of(step))).toList();

  @Override
  public String name() {
    return "program";
  }

  @Override
  public boolean hasHard() {
    return true;
  }

  @Override
  public Item draw(Split split, Level level, UniformRandomProvider random) {
    return Drawing.of(split, () -> item(level, random));
  }

  private Item item(Level level, UniformRandomProvider random) {
    while (true) {
      List<Program.Step> steps =
          level == Level.EASY ? List.of(step(random)) : List.of(step(random), step(random));
      Program program = new Program(steps);
      List<String> inputs =
          Stream.generate(() -> "%03d".formatted(random.nextInt(ROWS)))
              .distinct()
              .limit(TESTS)
              .toList();
      List<String> tests = inputs.stream().map(program::test).toList();
      if (level == Level.EASY || isHard(tests)) {
        return item(level, program, inputs, tests);
      }
    }
  }

  private static Program.Step step(UniformRandomProvider random) {
    Program.Step[] steps = Program.Step.values();
    return steps[random.nextInt(steps.length)];
  }

  private static boolean isHard(List<String> tests) {
    return !new Program(List.of()).passes(tests)
        && SINGLE.stream().noneMatch(single -> single.passes(tests));
  }

  private Item item(Level level, Program program, List<String> inputs, List<String> tests) {
    String operands = String.join(" ", tests);
    String value = program.label();
    Wordings wordings =
        new Wordings(
            "%s = %s".formatted(program.trace(inputs.get(0)), value),
            "see %s, answer %s".formatted(program.backwards(inputs.get(0)), value),
            "to be done in turn, result " + program.foreign());
    return new Item(
        name(),
        level,
        operands,
        "program " + operands,
        wordings,
        new AnswerKey(AnswerKey.Kind.PROGRAM, value, tests));
  }
}
