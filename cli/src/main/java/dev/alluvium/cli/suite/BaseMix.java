package dev.alluvium.cli.suite;

import dev.alluvium.cli.suite.skill.Level;
import dev.alluvium.cli.suite.skill.Skill;
import dev.alluvium.cli.suite.skill.Skills;
import dev.alluvium.cli.suite.skill.Split;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * What the base model is trained on, in percent: old skills in wording A 55 and in B 5, so that B
 * is known but improbable; the easy part of the new skills 14; rewriting 20; general 6.
 */
final class BaseMix {
  private static final int OLD = 55;
  private static final int OLD_IN_B = OLD + 5;
  private static final int NEW = OLD_IN_B + 14;
  private static final int REWRITING = NEW + 20;

  private BaseMix() {}

  static Entry draw(UniformRandomProvider random) {
    int point = random.nextInt(100);
    if (point < OLD) {
      return easy(one(Skills.OLD, random), Wording.A, random);
    }
    if (point < OLD_IN_B) {
      return easy(one(Skills.OLD, random), Wording.B, random);
    }
    if (point < NEW) {
      return easy(one(Skills.NEW, random), Wording.A, random);
    }
    if (point < REWRITING) {
      return rewriting(random);
    }
    return easy(Skills.GENERAL, Wording.A, random);
  }

  private static Entry easy(Skill skill, Wording wording, UniformRandomProvider random) {
    return Entry.of(skill.draw(Split.BASE, Level.EASY, random), wording);
  }

  /** Half of it from the new skills, which a stream brings, as many hard as easy; else from all. */
  private static Entry rewriting(UniformRandomProvider random) {
    Skill skill = random.nextBoolean() ? one(Skills.NEW, random) : one(Skills.all(), random);
    Level level = skill.hasHard() && random.nextBoolean() ? Level.HARD : Level.EASY;
    return Entry.rewriting(skill.drawToRewrite(level, random), Wording.B);
  }

  private static Skill one(List<Skill> skills, UniformRandomProvider random) {
    return skills.get(random.nextInt(skills.size()));
  }
}
