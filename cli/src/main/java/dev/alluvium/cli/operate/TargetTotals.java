package dev.alluvium.cli.operate;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.SkillTargets;
import dev.alluvium.schemas.avro.TrainReport;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * How targets were chosen, summed over the tasks of curate, and the origins of the last windows.
 *
 * @param tasks the last report of each task
 * @param windows the last trained windows, oldest first
 */
record TargetTotals(Collection<AskReport> tasks, List<TrainReport> windows) {
  /** Reads the reports; keeps the last of each task, and so many windows. */
  static TargetTotals read(Cluster cluster, int windows) {
    Map<String, AskReport> tasks = new TreeMap<>();
    Deque<TrainReport> last = new ArrayDeque<>();
    cluster
        .reader()
        .read(
            cluster.topics().reports(),
            record -> {
              Object body = record.value().getBody();
              if (body instanceof AskReport task) {
                tasks.put(task.getTask(), task);
              } else if (body instanceof TrainReport window && windows > 0) {
                if (last.size() == windows) {
                  last.removeFirst();
                }
                last.addLast(window);
              }
            });
    return new TargetTotals(tasks.values(), List.copyOf(last));
  }

  /** The targets of each skill. */
  Map<String, SkillTargets> skills() {
    Map<String, SkillTargets> sums = new TreeMap<>();
    for (AskReport task : tasks) {
      task.getSkills().forEach((name, skill) -> sums.merge(name, skill, TargetTotals::plus));
    }
    return sums;
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

  private static Map<String, Long> plus(Map<String, Long> a, Map<String, Long> b) {
    Map<String, Long> sum = new TreeMap<>(a);
    b.forEach((name, n) -> sum.merge(name, n, Long::sum));
    return sum;
  }

  long sum(ToLongFunction<AskReport> field) {
    return tasks.stream().mapToLong(field).sum();
  }

  double cost() {
    ToDoubleFunction<AskReport> cost = AskReport::getCost;
    return tasks.stream().mapToDouble(cost).sum();
  }

  Map<String, Long> counts(Function<AskReport, Map<String, Long>> field) {
    return tasks.stream().map(field).reduce(Map.of(), TargetTotals::plus);
  }

  /** Results that were used. */
  long results() {
    return counts(AskReport::getResults).values().stream().mapToLong(Long::longValue).sum();
  }

  /** Pairs with a target. */
  long decided() {
    return skills().values().stream()
        .flatMap(skill -> skill.getOrigins().values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }
}
