package dev.alluvium.trainer.gate;

import dev.alluvium.trainer.gate.Examination.Answerers;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is answered in the course of one examination; each question once by each. */
final class AnswerSheet {
  private final Answerers answerers;
  private final boolean againstBest;
  private final int fewest;
  private final Map<String, Boolean> candidate = new TreeMap<>();

  /** What the base model was asked, whether or not a judge could read the answer. */
  private final Set<String> askedOfBase = new HashSet<>();

  private WrittenAnswers anchors;

  /**
   * An empty sheet.
   *
   * @param anchors what the anchors have answered so far
   * @param againstBest whether the best promoted version is one of them
   * @param fewest by fewer answers nothing can be shown
   */
  AnswerSheet(Answerers answerers, WrittenAnswers anchors, boolean againstBest, int fewest) {
    this.answerers = answerers;
    this.againstBest = againstBest;
    this.fewest = fewest;
    this.anchors = anchors;
  }

  /**
   * Has the questions of some skills answered up to a look, all at once: the base model may have to
   * be loaded to be asked.
   *
   * @param sets by skill
   * @return the answers by skill
   */
  SortedMap<String, JudgedAnswers> look(Map<String, ProbeSet> sets, Look look) {
    List<WrittenQuestion> questions =
        sets.values().stream().flatMap(set -> set.upTo(look).stream()).toList();
    answer(questions);
    List<WrittenQuestion> unknown =
        missing(questions, anchors.base()).stream()
            .filter(question -> askedOfBase.add(question.pairId()))
            .toList();
    if (!unknown.isEmpty()) {
      anchors = anchors.withBase(answerers.base().apply(unknown));
    }
    SortedMap<String, JudgedAnswers> answers = new TreeMap<>();
    sets.forEach(
        (skill, set) -> answers.put(skill, compared(set.upTo(look), best(skill, set), look)));
    return answers;
  }

  /** The best promoted version, where it answered enough of a skill's probes. */
  private @Nullable BestAnswers best(String skill, ProbeSet set) {
    BestAnswers best = againstBest ? anchors.best().get(skill) : null;
    return best != null && best.covers(ids(set.questions()), fewest) ? best : null;
  }

  private static Set<String> ids(List<WrittenQuestion> questions) {
    return questions.stream().map(WrittenQuestion::pairId).collect(Collectors.toSet());
  }

  private JudgedAnswers compared(
      List<WrittenQuestion> questions, @Nullable BestAnswers best, Look look) {
    List<String> ids = questions.stream().map(WrittenQuestion::pairId).toList();
    boolean isNew = ids.stream().noneMatch(anchors.promoted()::containsKey);
    Map<String, Boolean> promoted = isNew ? anchors.base() : anchors.promoted();
    return JudgedAnswers.of(ids, anchors.base(), best, promoted, candidate, look);
  }

  /**
   * Has the weights in question answer what they have not yet. Where a judge fails at an answer, it
   * is wrong: answers that break a judge may be what is the matter with them.
   */
  void answer(List<WrittenQuestion> questions) {
    List<WrittenQuestion> open = missing(questions, candidate);
    if (!open.isEmpty()) {
      Map<String, Boolean> given = answerers.candidate().apply(open);
      open.forEach(
          question ->
              candidate.put(question.pairId(), given.getOrDefault(question.pairId(), false)));
    }
  }

  /** What the anchors have answered by now. */
  WrittenAnswers anchors() {
    return anchors;
  }

  /** How many answers the weights in question gave. */
  int size() {
    return candidate.size();
  }

  /** The same if the weights in question become the last promoted version. */
  WrittenAnswers anchorsOncePromoted(List<WrittenQuestion> questions) {
    Map<String, Boolean> answers = new TreeMap<>(candidate);
    answers.keySet().retainAll(questions.stream().map(WrittenQuestion::pairId).toList());
    Map<String, Map<String, Boolean>> bySkill = new TreeMap<>();
    questions.stream()
        .filter(question -> answers.containsKey(question.pairId()))
        .forEach(
            question ->
                bySkill
                    .computeIfAbsent(question.skill(), skill -> new TreeMap<>())
                    .put(question.pairId(), answers.get(question.pairId())));
    return anchors.withPromoted(answerers.version(), answers, bySkill, fewest);
  }

  private static List<WrittenQuestion> missing(
      List<WrittenQuestion> questions, Map<String, Boolean> answers) {
    return questions.stream().filter(one -> !answers.containsKey(one.pairId())).toList();
  }
}
