package dev.alluvium.trainer.gate;

import dev.alluvium.schemas.Digests;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The probes of one skill that are answered in writing, in the order of their ids' digests, which
 * nobody chooses. The first half is the first look, the rest is a reserve.
 */
record ProbeSet(List<WrittenQuestion> questions) {
  ProbeSet {
    questions = List.copyOf(questions);
  }

  /** All probes by skill, in order. */
  static Map<String, ProbeSet> bySkill(List<WrittenQuestion> questions) {
    SortedMap<String, WrittenQuestion> ordered = new TreeMap<>();
    questions.forEach(question -> ordered.put(Digests.sha256(question.pairId()), question));
    return ordered.values().stream()
        .collect(
            Collectors.groupingBy(
                WrittenQuestion::skill,
                Collectors.collectingAndThen(Collectors.toList(), ProbeSet::new)));
  }

  /** Those that were answered before. */
  ProbeSet answeredIn(Map<String, Boolean> answers) {
    return new ProbeSet(
        questions.stream().filter(question -> answers.containsKey(question.pairId())).toList());
  }

  /** The first of them. */
  ProbeSet limitedTo(int most) {
    return new ProbeSet(questions.subList(0, Math.min(most, questions.size())));
  }

  /** Whether a skill can be decided by them: enough, and each read by an exact judge. */
  boolean isEnough(int fewest) {
    return questions.size() >= fewest && questions.stream().allMatch(WrittenQuestion::exact);
  }

  /** What is answered up to a look. */
  List<WrittenQuestion> upTo(Look look) {
    return look == Look.LAST ? questions : questions.subList(0, (questions.size() + 1) / 2);
  }
}
