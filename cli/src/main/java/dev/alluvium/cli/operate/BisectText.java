package dev.alluvium.cli.operate;

import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.Table;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.trainer.bisect.Bisected;
import dev.alluvium.trainer.bisect.Question;
import dev.alluvium.trainer.bisect.WindowEffect;
import java.util.Locale;

/**
 * What a bisection does and found, for people.
 *
 * @param question what was asked
 * @param common where people read
 */
record BisectText(Question question, CommonOptions common) {
  void begin() {
    String bad = question.bad().getVersion();
    common.say(
        "windows %d to %d are trained again, from %s to %s%s"
            .formatted(
                question.firstWindow(),
                question.lastWindow(),
                question.goodName(),
                bad,
                question.leftOut() == 0
                    ? ""
                    : ", but for %d that %s has not learnt".formatted(question.leftOut(), bad)));
  }

  /** As soon as a window is measured. */
  void progress(WindowEffect effect) {
    common.say(
        "window %d of %d: perplexity %s, x %s of %s's"
            .formatted(
                effect.window(),
                question.bad().getLastWindow(),
                number(effect.perplexity()),
                ratio(effect),
                question.goodName()));
  }

  void show(Bisected result) {
    if (!common.json()) {
      common.say(
          "%s had perplexity %s by %d %s of %s"
              .formatted(
                  question.goodName(),
                  number(result.perplexity()),
                  result.probes(),
                  result.probes() == 1 ? "probe" : "probes",
                  question.skill()));
      table(result).print(common.err());
    }
    result.warnings().forEach(warning -> common.say("warning: " + warning));
    common.say(verdict(result));
  }

  private Table table(Bisected result) {
    Table table =
        new Table(
            "WINDOW",
            "OFFSET",
            "EXAMPLES (%s / ALL)".formatted(question.skill()),
            "PERPLEXITY",
            "x " + question.goodName(),
            "");
    for (WindowEffect effect : result.windows()) {
      table.row(
          effect.window(),
          effect.offset(),
          "%d / %d".formatted(effect.ofSkill(), effect.examples()),
          number(effect.perplexity()),
          ratio(effect),
          effect.worse() ? "worse" : "");
    }
    return table;
  }

  private String verdict(Bisected result) {
    String budget = "x " + number(1 + result.budget());
    String steepest =
        result
            .steepest()
            .map(effect -> "; the largest single rise is that of window " + effect.window())
            .orElse("");
    return result
        .broke()
        .map(
            effect ->
                "window %d broke %s: it is the first after which the budget of %s is exceeded%s. %s"
                    .formatted(
                        effect.window(), question.skill(), budget, steepest, nextStep(effect)))
        .orElse(
            "no window brought %s beyond the budget of %s for certain%s"
                .formatted(question.skill(), budget, steepest));
  }

  private String nextStep(WindowEffect effect) {
    String look =
        "Its pairs begin at offset %d of training.windows.v1; `alluvium lineage PAIR_ID` tells where each came from"
            .formatted(effect.offset());
    return question.bad().getStatus() == VersionStatus.ROLLED_BACK
        ? look + "; %s is left behind already".formatted(question.bad().getVersion())
        : look + "; `alluvium models rollback %s` leaves it behind".formatted(question.goodName());
  }

  private static String ratio(WindowEffect effect) {
    return number(Math.exp(effect.rise()));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
