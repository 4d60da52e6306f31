package dev.alluvium.trainer.gate;

import dev.alluvium.schemas.avro.ProbeComparison;
import dev.alluvium.schemas.avro.ProbeResult;
import dev.alluvium.trainer.gate.ProbeScores.ProbeScore;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Probe scores summed up by skill. */
public final class ProbeTable {
  private ProbeTable() {}

  /**
   * By skill: perplexity (exp of the mean loss per response token over all probes), accuracy and
   * number of probes.
   */
  public static Map<String, ProbeResult> of(ProbeScores scores) {
    return of(scores, probe -> true);
  }

  /** The same over the probes that the predicate takes, by pair id. */
  static Map<String, ProbeResult> of(ProbeScores scores, Predicate<String> which) {
    Map<String, ProbeResult> table = new TreeMap<>();
    TreeSet<String> skills = new TreeSet<>();
    scores.byProbe().values().forEach(score -> skills.add(score.skill()));
    for (String skill : skills) {
      double nll = 0;
      long tokens = 0;
      int exact = 0;
      int n = 0;
      for (Map.Entry<String, ProbeScore> entry : scores.byProbe().entrySet()) {
        ProbeScore score = entry.getValue();
        if (score.skill().equals(skill) && which.test(entry.getKey())) {
          nll += score.nllSum();
          tokens += score.tokens();
          exact += score.exact() ? 1 : 0;
          n++;
        }
      }
      if (n > 0) {
        table.put(skill, new ProbeResult(Math.exp(nll / tokens), (double) exact / n, n, null, 0));
      }
    }
    return table;
  }

  /** A table with what was answered right, in the skills that were judged. */
  public static Map<String, ProbeComparison> withAnswers(
      Map<String, ProbeComparison> table, Map<String, JudgedAnswers> answers) {
    Map<String, ProbeComparison> all = new TreeMap<>(table);
    answers.forEach(
        (skill, judged) ->
            all.computeIfPresent(
                skill, (name, pair) -> judged.probes() == 0 ? pair : withAnswers(pair, judged)));
    return all;
  }

  private static ProbeComparison withAnswers(ProbeComparison pair, JudgedAnswers judged) {
    return new ProbeComparison(
        judged(pair.getBefore(), judged.rightOfBase(), judged),
        judged(pair.getAfter(), judged.right(), judged),
        pair.getProbeSet());
  }

  private static ProbeResult judged(ProbeResult result, int right, JudgedAnswers answers) {
    return ProbeResult.newBuilder(result)
        .setJudged(answers.probes())
        .setJudgedAccuracy((double) right / answers.probes())
        .build();
  }

  /** Two measurements of the same probes side by side. */
  public static Map<String, ProbeComparison> compare(ProbeScores before, ProbeScores after) {
    Map<String, ProbeResult> first = of(before);
    Map<String, ProbeComparison> table = new TreeMap<>();
    of(after)
        .forEach(
            (skill, result) -> {
              ProbeResult base = first.get(skill);
              if (base != null) {
                table.put(skill, new ProbeComparison(base, result, after.setDigest(skill)));
              }
            });
    return table;
  }
}
