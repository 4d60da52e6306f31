package dev.alluvium.cli.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.suite.skill.Item;
import dev.alluvium.cli.suite.skill.Level;
import dev.alluvium.cli.suite.skill.Rewriting;
import dev.alluvium.cli.suite.skill.Skill;
import dev.alluvium.cli.suite.skill.Skills;
import dev.alluvium.cli.suite.skill.Split;
import dev.alluvium.trainer.evaluate.LoadedModel;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.text.TemplateChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the shipped base model of the suite promises, on problems drawn afresh: easy ones it solves,
 * hard ones it does not, and wording B it can say in its own words.
 */
class SuiteModelTest {
  private static final int PROBLEMS = 40;

  private static LoadedModel model;

  @BeforeAll
  static void load() {
    model =
        LoadedModel.load(
            Path.of("../models/suite"),
            Optional.empty(),
            new Compute("cpu", Precision.FLOAT32, 1),
            TemplateChoice.of(TemplateChoice.MODEL));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static List<Item> problems(Skill skill, Level level) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(2026);
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < PROBLEMS; i++) {
      items.add(skill.draw(Split.VALIDATION, level, random));
    }
    return items;
  }

  private static double share(List<Item> items, List<String> questions) {
    List<String> answers =
        new Answers(model.model(), model.tokenizer(), model.template(), 64).to(questions);
    int right = 0;
    for (int i = 0; i < items.size(); i++) {
      right += items.get(i).key().accepts(answers.get(i)) ? 1 : 0;
    }
    return (double) right / items.size();
  }

  private static double solved(Skill skill, Level level) {
    List<Item> items = problems(skill, level);
    return share(items, items.stream().map(Item::instruction).toList());
  }

  @Test
  void solvesWhatIsEasy() {
    for (Skill skill : Skills.all()) {
      // Four standard deviations below the 79 % of count that its README states.
      double least = skill.name().equals("count") ? 0.53 : 0.8;
      assertThat(solved(skill, Level.EASY)).as(skill.name()).isGreaterThanOrEqualTo(least);
    }
  }

  @Test
  void doesNotSolveWhatIsHard() {
    for (Skill skill : Skills.NEW) {
      assertThat(solved(skill, Level.HARD)).as(skill.name()).isLessThanOrEqualTo(0.15);
    }
  }

  @Test
  void saysGoldInItsOwnWordsUnlessGoldIsForeign() {
    for (Skill skill : Skills.NEW) {
      List<Item> items = problems(skill, Level.HARD);
      assertThat(share(items, rewriting(items, Wording.B))).as(skill.name()).isGreaterThan(0.85);
      assertThat(share(items, rewriting(items, Wording.C))).as(skill.name()).isLessThan(0.15);
    }
  }

  private static List<String> rewriting(List<Item> items, Wording wording) {
    return items.stream()
        .map(item -> Rewriting.instruction(item.instruction(), wording.of(item)))
        .toList();
  }
}
