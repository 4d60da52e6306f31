package dev.alluvium.streams.dashboard.history;

import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.SkillTargets;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The last books of every task of curate, and their sums. */
final class Books {
  /** Tasks that are told apart; partitions of {@code pairs.v1} are far fewer. */
  static final int TASKS = 1024;

  /** Skills, reasons, kinds and verdicts that are told apart in one map, and the rest. */
  static final int NAMES = PolicyRules.MAX_SKILLS;

  private final Map<String, CurateReport> curate = new LinkedHashMap<>();
  private final Map<String, AskReport> asked = new LinkedHashMap<>();

  void accept(CurateReport report) {
    keep(curate, report.getTask(), report);
  }

  /** Keeps the report and gives the one before it of the same task. */
  @Nullable AskReport accept(AskReport report) {
    return keep(asked, report.getTask(), report);
  }

  private static <T> @Nullable T keep(Map<String, T> tasks, String task, T report) {
    String name = Texts.cut(task, Texts.NAME);
    return tasks.size() < TASKS || tasks.containsKey(name) ? tasks.put(name, report) : null;
  }

  /** Curate's books, all tasks together. */
  CurateReport curate() {
    Collection<CurateReport> all = curate.values();
    return new CurateReport(
        "",
        all.stream().mapToLong(CurateReport::getReceived).sum(),
        sums(all, CurateReport::getRejected),
        all.stream().mapToLong(CurateReport::getDuplicates).sum(),
        all.stream().mapToLong(CurateReport::getSuperseding).sum(),
        sums(all, CurateReport::getCandidates),
        sums(all, CurateReport::getProbes),
        all.stream().mapToLong(CurateReport::getUnknownSkill).sum(),
        sums(all, CurateReport::getRedacted));
  }

  /** How targets were chosen, all tasks together. */
  AskReport asked() {
    Collection<AskReport> all = asked.values();
    Map<String, SkillTargets> skills = new TreeMap<>();
    for (AskReport task : all) {
      task.getSkills()
          .forEach((skill, targets) -> skills.merge(counted(skill, skills), targets, Books::plus));
    }
    return new AskReport(
        "",
        all.stream().mapToLong(AskReport::getWaiting).sum(),
        all.stream().mapToLong(AskReport::getParked).sum(),
        all.stream().mapToLong(AskReport::getParkedBytes).sum(),
        skills,
        sums(all, AskReport::getRequests),
        sums(all, AskReport::getResults),
        all.stream().mapToLong(AskReport::getLate).sum(),
        sums(all, AskReport::getRetries),
        all.stream().mapToLong(AskReport::getPromptTokens).sum(),
        all.stream().mapToLong(AskReport::getTokens).sum(),
        all.stream().mapToLong(AskReport::getLatencyMillis).sum(),
        all.stream().mapToLong(AskReport::getWaitMillis).sum(),
        all.stream().mapToDouble(AskReport::getCost).sum());
  }

  private static SkillTargets plus(SkillTargets a, SkillTargets b) {
    return new SkillTargets(
        plus(a.getOrigins(), b.getOrigins()),
        plus(a.getReasons(), b.getReasons()),
        plus(a.getVerdicts(), b.getVerdicts()),
        a.getScored() + b.getScored(),
        a.getTextLoss() + b.getTextLoss(),
        a.getGoldLoss() + b.getGoldLoss());
  }

  private static <T> Map<String, Long> sums(
      Collection<T> all, Function<T, Map<String, Long>> counts) {
    return all.stream().map(counts).reduce(Map.of(), Books::plus);
  }

  /** Adds counts; names beyond the most that are told apart are counted together. */
  static Map<String, Long> plus(Map<String, Long> a, Map<String, Long> b) {
    Map<String, Long> sum = new TreeMap<>();
    for (Map<String, Long> counts : List.of(a, b)) {
      new TreeMap<>(counts).forEach((name, n) -> sum.merge(counted(name, sum), n, Long::sum));
    }
    return sum;
  }

  private static String counted(String name, Map<String, ?> names) {
    String cut = Texts.cut(name, Texts.NAME);
    int told = names.size() - (names.containsKey(PolicyRules.OTHER_SKILLS) ? 1 : 0);
    return names.containsKey(cut) || told < NAMES ? cut : PolicyRules.OTHER_SKILLS;
  }

  /** Pairs of a task that have a target. */
  static long decided(AskReport task) {
    return task.getSkills().values().stream()
        .flatMap(skill -> skill.getOrigins().values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }
}
