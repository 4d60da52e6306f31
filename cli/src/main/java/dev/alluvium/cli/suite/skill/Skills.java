package dev.alluvium.cli.suite.skill;

import java.util.List;
import java.util.stream.Stream;

/** All skills of the suite, by their part in it. */
public final class Skills {
  /** O1 to O5: what the base model can do and must not forget. */
  public static final List<Skill> OLD =
      List.of(
          new ReverseSkill(), new SortSkill(), new AddSkill(), new CodeSkill(), new CountSkill());

  /** N1 to N3: what a stream teaches; the base model can do the easy part. */
  public static final List<Skill> NEW =
      List.of(new SubtractSkill(), new ProgramSkill(), new StoneSkill());

  /** What every model should be able to do beside its special skills. */
  public static final Skill GENERAL = new WrapSkill();

  private Skills() {}

  /** All of them, in the order of tables. */
  public static List<Skill> all() {
    return Stream.of(OLD, NEW, List.of(GENERAL)).flatMap(List::stream).toList();
  }

  /**
   * The skill of a name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Skill named(String name) {
    return all().stream()
        .filter(skill -> skill.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no skill " + name));
  }
}
