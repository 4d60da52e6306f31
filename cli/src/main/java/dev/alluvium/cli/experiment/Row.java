package dev.alluvium.cli.experiment;

import dev.alluvium.cli.suite.skill.Skill;
import dev.alluvium.cli.suite.skill.Skills;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What is measured of a run.
 *
 * @param name as in JSON
 * @param title as in tables
 * @param share a share of right answers
 */
record Row(String name, String title, ToDoubleFunction<RunResult> share) {
  private static final List<String> OLD = Skills.OLD.stream().map(Skill::name).toList();
  private static final List<String> STREAMED = Skills.NEW.stream().map(Skill::name).toList();

  /** Those after which others are streamed. */
  private static final List<String> EARLIER = STREAMED.subList(0, STREAMED.size() - 1);

  /** Accuracy at the streamed skills, each right after its own phase. */
  static final Row NEW_SKILL_ACCURACY =
      new Row("new_skill_accuracy", "learnt", run -> RunResult.mean(run.learnt(), STREAMED));

  /** Accuracy at the base model's own skills that is gone at the end. */
  static final Row OLD_SKILL_LOSS =
      new Row(
          "old_skill_loss",
          "base skills lost",
          run -> RunResult.mean(run.base(), OLD) - RunResult.mean(run.end(), OLD));

  /** Accuracy at the skills streamed earlier that is gone at the end. */
  static final Row STREAMED_SKILL_LOSS =
      new Row(
          "streamed_skill_loss",
          "earlier skills lost",
          run -> RunResult.mean(run.learnt(), EARLIER) - RunResult.mean(run.end(), EARLIER));

  /** Accuracy at some skills at the end. */
  static Row atTheEnd(String name, String title, List<String> skills) {
    return new Row(name, title, run -> RunResult.mean(run.end(), skills));
  }

  /** Of one run. */
  double of(RunResult run) {
    return share.applyAsDouble(run);
  }
}
