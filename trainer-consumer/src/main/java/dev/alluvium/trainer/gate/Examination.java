package dev.alluvium.trainer.gate;

import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.trainer.gate.Gate.Decision;
import dev.alluvium.trainer.gate.Gate.Ruling;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the gate, and before it the models, as far as answers in writing are wanted: the first half
 * of each skill's probes, and the reserve of skills of which that half does not tell. The last
 * promoted version answered all of its probes when it was promoted, the base model answers each
 * when it is first needed; both are remembered.
 */
public final class Examination {
  private static final Logger log = LoggerFactory.getLogger(Examination.class);

  private final Gate gate;
  private final Function<Probe, Optional<WrittenQuestion>> questions;
  private final String how;
  private final Extent extent;
  private final boolean againstBest;

  /**
   * How much is answered.
   *
   * @param most probes of a skill; 0 for none at all
   * @param fewest of a skill with fewer nothing is answered, because it could show nothing
   * @param leastProbes a skill with fewer losses of the last promoted version has none
   */
  public record Extent(int most, int fewest, int leastProbes) {}

  /**
   * An examination.
   *
   * @param questions what to ask for a probe; nothing where it cannot be asked
   * @param how digest of all but the weights that decides whether an answer is right
   * @param againstBest whether the best promoted version counts where it is better than the base
   *     model; otherwise the base model always does
   */
  public Examination(
      Gate gate,
      Function<Probe, Optional<WrittenQuestion>> questions,
      String how,
      Extent extent,
      boolean againstBest) {
    this.gate = gate;
    this.questions = questions;
    this.how = how;
    this.extent = extent;
    this.againstBest = againstBest;
  }

  /**
   * Who answers; what comes back is which questions were answered right.
   *
   * @param version name of the weights in question, once they are promoted
   * @param candidate the weights in question
   * @param base the base model
   */
  public record Answerers(
      String version,
      Function<List<WrittenQuestion>, Map<String, Boolean>> candidate,
      Function<List<WrittenQuestion>, Map<String, Boolean>> base) {}

  /**
   * What came of it.
   *
   * @param answers by skill, where answers were written
   * @param known what the anchors of the next decision answered
   */
  public record Result(
      Decision decision, Map<String, JudgedAnswers> answers, WrittenAnswers known) {}

  /**
   * Decides.
   *
   * @param had what the anchors have answered so far
   * @param limits makes a decision stricter, for reasons that are not in the probes
   */
  public Result decide(
      Answerers answerers,
      List<Probe> probes,
      Losses losses,
      WrittenAnswers had,
      UnaryOperator<Decision> limits) {
    if (extent.most() == 0 || losses.candidate().hasBrokenLoss()) {
      Decision decision = limits.apply(decision(probes, losses, Map.of()));
      return new Result(decision, Map.of(), decision.promoted() ? had.withoutPromoted() : had);
    }
    Map<String, ProbeSet> all = ProbeSet.bySkill(asked(probes));
    AnswerSheet sheet = new AnswerSheet(answerers, had.given(how), againstBest, extent.fewest());
    SortedMap<String, ProbeSet> sets = chosen(all, losses.promoted(), sheet.anchors());
    SortedMap<String, JudgedAnswers> answers = sheet.look(sets, Look.FIRST);
    Decision decision = limits.apply(decision(probes, losses, answers));
    if (decision.ruling() != Ruling.ROLLBACK) {
      SortedMap<String, ProbeSet> open = new TreeMap<>(sets);
      answers.forEach(
          (skill, first) -> {
            if (!gate.needsMore(first)) {
              open.remove(skill);
            }
          });
      answers.putAll(sheet.look(open, Look.LAST));
      decision = limits.apply(decision(probes, losses, answers));
    }
    WrittenAnswers known = decision.promoted() ? promoted(all, sheet) : sheet.anchors();
    log.info("{} answers were written, to decide on {}", sheet.size(), sets.keySet());
    return new Result(decision, answers, known);
  }

  /**
   * What the anchors have answered once weights are promoted on which was decided before.
   *
   * @param had what the anchors had answered until then
   */
  public WrittenAnswers promoted(Answerers answerers, List<Probe> probes, WrittenAnswers had) {
    return extent.most() == 0
        ? had.withoutPromoted()
        : promoted(
            ProbeSet.bySkill(asked(probes)),
            new AnswerSheet(answerers, had.given(how), againstBest, extent.fewest()));
  }

  /** The weights at hand answer for all skills what later ones are held against. */
  private WrittenAnswers promoted(Map<String, ProbeSet> all, AnswerSheet sheet) {
    List<WrittenQuestion> wanted =
        all.values().stream()
            .map(set -> set.limitedTo(extent.most()))
            .filter(set -> set.isEnough(extent.fewest()))
            .flatMap(set -> set.questions().stream())
            .toList();
    sheet.answer(wanted);
    return sheet.anchorsOncePromoted(wanted);
  }

  private Decision decision(List<Probe> probes, Losses losses, Map<String, JudgedAnswers> answers) {
    Set<String> asked = probes.stream().map(Probe::getSkill).collect(Collectors.toSet());
    return gate.decide(asked, againstBest ? losses : losses.againstBase(), answers);
  }

  private List<WrittenQuestion> asked(List<Probe> probes) {
    return probes.stream().flatMap(probe -> questions.apply(probe).stream()).toList();
  }

  /**
   * The skills that answers decide. What the last promoted version answered is what counts; where
   * it was measured by losses only, it is so now too; where it was not measured at all, the skill
   * is new, and it counts as answering like the base model.
   */
  private SortedMap<String, ProbeSet> chosen(
      Map<String, ProbeSet> all, ProbeScores promoted, WrittenAnswers anchors) {
    SortedMap<String, ProbeSet> chosen = new TreeMap<>();
    all.forEach(
        (skill, set) -> {
          ProbeSet frozen = set.answeredIn(anchors.promoted());
          boolean isNew =
              frozen.questions().isEmpty() && promoted.count(skill) < extent.leastProbes();
          ProbeSet one = (isNew ? set : frozen).limitedTo(extent.most());
          if (one.isEnough(extent.fewest())) {
            chosen.put(skill, one);
          }
        });
    return chosen;
  }
}
