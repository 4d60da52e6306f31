package dev.alluvium.streams.watch.fold;

import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.RateTotals;
import dev.alluvium.schemas.avro.SkillTargets;
import java.util.HashMap;
import java.util.Map;

/**
 * What curate's tasks count, as differences: their reports hold totals, and windows need what was
 * added since the window before.
 */
final class TaskTotals {
  static final String DUPLICATES = "duplicates";
  static final String DEAD_LETTERS = "dead_letters";
  static final String UNKNOWN_SKILL = "unknown_skill";
  static final String ACCEPTANCE = "acceptance/";

  /** More tasks than any curate has. */
  private static final int MOST_TASKS = 4_096;

  private static final String ACCEPTED = "_accepted";
  private static final String REJECTED = "_rejected";

  private final Map<String, RateTotals> tasks;
  private final Map<String, Long> hits;
  private final Map<String, Long> trials;

  TaskTotals(Map<String, RateTotals> tasks, RateTotals since) {
    this.tasks = new HashMap<>(tasks);
    this.hits = new HashMap<>(since.getHits());
    this.trials = new HashMap<>(since.getTrials());
  }

  /** Takes in a report of curate; false when there are too many tasks. */
  boolean add(CurateReport report) {
    Map<String, Long> happened = new HashMap<>();
    Map<String, Long> possible = new HashMap<>();
    long admitted = sum(report.getCandidates()) + sum(report.getProbes());
    happened.put(DEAD_LETTERS, sum(report.getRejected()));
    possible.put(DEAD_LETTERS, report.getReceived());
    happened.put(DUPLICATES, report.getDuplicates());
    possible.put(DUPLICATES, report.getDuplicates() + admitted);
    happened.put(UNKNOWN_SKILL, report.getUnknownSkill());
    possible.put(UNKNOWN_SKILL, admitted);
    return add(report.getTask(), new RateTotals(happened, possible));
  }

  /** Takes in a report of S3FT; false when there are too many tasks. */
  boolean add(AskReport report) {
    Map<String, Long> happened = new HashMap<>();
    Map<String, Long> possible = new HashMap<>();
    for (Map.Entry<String, SkillTargets> skill : report.getSkills().entrySet()) {
      long accepted = sum(skill.getValue().getVerdicts(), ACCEPTED);
      long rejected = sum(skill.getValue().getVerdicts(), REJECTED);
      happened.put(ACCEPTANCE + skill.getKey(), accepted);
      possible.put(ACCEPTANCE + skill.getKey(), accepted + rejected);
    }
    return add(report.getTask(), new RateTotals(happened, possible));
  }

  /**
   * The first totals of a task are where counting begins: they may hold days that went before the
   * oldest report.
   */
  private boolean add(String task, RateTotals totals) {
    RateTotals before = tasks.get(task);
    if (before == null && tasks.size() >= MOST_TASKS) {
      return false;
    }
    tasks.put(task, totals);
    if (before != null) {
      plusDifference(hits, before.getHits(), totals.getHits());
      plusDifference(trials, before.getTrials(), totals.getTrials());
    }
    return true;
  }

  private static void plusDifference(
      Map<String, Long> sums, Map<String, Long> before, Map<String, Long> now) {
    now.forEach(
        (rate, n) -> {
          long more = n - before.getOrDefault(rate, 0L);
          if (more > 0) {
            sums.merge(rate, more, Long::sum);
          }
        });
  }

  /** What was added since the last call. */
  RateTotals take() {
    RateTotals taken = since();
    hits.clear();
    trials.clear();
    return taken;
  }

  RateTotals since() {
    return new RateTotals(new HashMap<>(hits), new HashMap<>(trials));
  }

  Map<String, RateTotals> tasks() {
    return new HashMap<>(tasks);
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static long sum(Map<String, Long> counts, String ending) {
    return counts.entrySet().stream()
        .filter(count -> count.getKey().endsWith(ending))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
