package dev.alluvium.streams.ask;

import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.PairScores;
import dev.alluvium.schemas.avro.SkillTargets;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What one task has counted since the beginning. Belongs to the task's thread. */
final class AskTotals {
  private final String task;
  private final Map<String, SkillCounts> skills = new TreeMap<>();
  private final Map<String, Long> requests;
  private final Map<String, Long> results;
  private final Map<String, Long> retries;
  private long waiting;
  private long parked;
  private long parkedBytes;
  private long late;
  private long promptTokens;
  private long tokens;
  private long latencyMillis;
  private long waitMillis;
  private double cost;

  private AskTotals(AskReport report) {
    task = report.getTask();
    report.getSkills().forEach((name, skill) -> skills.put(name, new SkillCounts(skill)));
    requests = new TreeMap<>(report.getRequests());
    results = new TreeMap<>(report.getResults());
    retries = new TreeMap<>(report.getRetries());
    waiting = report.getWaiting();
    parked = report.getParked();
    parkedBytes = report.getParkedBytes();
    late = report.getLate();
    promptTokens = report.getPromptTokens();
    tokens = report.getTokens();
    latencyMillis = report.getLatencyMillis();
    waitMillis = report.getWaitMillis();
    cost = report.getCost();
  }

  static AskTotals none(String task) {
    return of(
        new AskReport(
            task, 0L, 0L, 0L, Map.of(), Map.of(), Map.of(), 0L, Map.of(), 0L, 0L, 0L, 0L, 0.0));
  }

  static AskTotals of(AskReport report) {
    return new AskTotals(report);
  }

  void waiting(int more) {
    waiting += more;
  }

  void parked(int more, long bytes) {
    parked += more;
    parkedBytes += bytes;
  }

  long parked() {
    return parked;
  }

  long parkedBytes() {
    return parkedBytes;
  }

  /** Pairs a request is out for. */
  long inFlight() {
    return waiting - parked;
  }

  void request(GenerationKind kind) {
    add(requests, code(kind));
  }

  void retry(String reason) {
    add(retries, reason);
  }

  void late() {
    late++;
  }

  void result(GenerationResult result) {
    add(results, code(result.getKind()));
    promptTokens += result.getPromptTokens();
    tokens += result.getTokenIds().size();
    latencyMillis += result.getLatencyMillis();
    cost += result.getCost();
  }

  void scores(String skillName, PairScores scores) {
    if (scores.getTextTokens() > 0 && scores.getGoldTokens() > 0) {
      SkillCounts skill = skill(skillName);
      skill.scored++;
      skill.textLoss += scores.getTextLoss() / scores.getTextTokens();
      skill.goldLoss += scores.getGoldLoss() / scores.getGoldTokens();
    }
  }

  /**
   * Counts a target and what judges said on the way to it.
   *
   * @param waitedMillis from admission to decision
   */
  void target(Candidate candidate, long waitedMillis) {
    waitMillis += waitedMillis;
    SkillCounts skill = skill(candidate.getSkill());
    add(skill.origins, candidate.getTarget().getOrigin().name());
    add(skill.reasons, candidate.getTarget().getReason());
    candidate
        .getVerdicts()
        .forEach(
            verdict ->
                add(
                    skill.verdicts,
                    code(verdict.getKind())
                        + "_"
                        + verdict.getDecision().name().toLowerCase(Locale.ROOT)));
  }

  /** The counts now; later counting does not change it. */
  AskReport report() {
    Map<String, SkillTargets> bySkill = new TreeMap<>();
    skills.forEach((name, skill) -> bySkill.put(name, skill.targets()));
    return new AskReport(
        task,
        waiting,
        parked,
        parkedBytes,
        bySkill,
        new TreeMap<>(requests),
        new TreeMap<>(results),
        late,
        new TreeMap<>(retries),
        promptTokens,
        tokens,
        latencyMillis,
        waitMillis,
        cost);
  }

  private SkillCounts skill(String name) {
    return skills.computeIfAbsent(
        PolicyRules.countedAs(name, skills.keySet()), any -> new SkillCounts(SkillCounts.NONE));
  }

  private static String code(GenerationKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static void add(Map<String, Long> counts, String name) {
    counts.merge(name, 1L, Long::sum);
  }

  /** The counts of one skill. */
  private static final class SkillCounts {
    private static final SkillTargets NONE =
        new SkillTargets(Map.of(), Map.of(), Map.of(), 0L, 0.0, 0.0);

    private final Map<String, Long> origins;
    private final Map<String, Long> reasons;
    private final Map<String, Long> verdicts;
    private long scored;
    private double textLoss;
    private double goldLoss;

    SkillCounts(SkillTargets saved) {
      origins = new TreeMap<>(saved.getOrigins());
      reasons = new TreeMap<>(saved.getReasons());
      verdicts = new TreeMap<>(saved.getVerdicts());
      scored = saved.getScored();
      textLoss = saved.getTextLoss();
      goldLoss = saved.getGoldLoss();
    }

    SkillTargets targets() {
      return new SkillTargets(
          new TreeMap<>(origins),
          new TreeMap<>(reasons),
          new TreeMap<>(verdicts),
          scored,
          textLoss,
          goldLoss);
    }
  }
}
