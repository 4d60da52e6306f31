package dev.alluvium.cli.operate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.SkillTargets;
import dev.alluvium.schemas.avro.TrainReport;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alluvium targets}: whose words are trained, and why. */
@Command(
    name = "targets",
    mixinStandardHelpOptions = true,
    description = {
      "Show how the targets of pairs were chosen: by skill, whose words they are and why, what",
      "judges said, how likely the model finds its own words beside gold, and what waits."
    })
public final class TargetsCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--windows",
      defaultValue = "5",
      description = "Last trained windows to show. Default: ${DEFAULT-VALUE}.")
  private int windows;

  @Override
  public Integer call() {
    Cluster cluster = Cluster.of(common.settings());
    Connection.check(cluster.kafka());
    TargetTotals totals = TargetTotals.read(cluster, Math.max(0, windows));
    if (common.json()) {
      common.print(json(totals));
    } else {
      show(totals);
    }
    return ExitCodes.DONE;
  }

  private void show(TargetTotals totals) {
    Table table =
        new Table("SKILL", "MODEL", "PARAPHRASE", "GOLD", "TEACHER", "LOSS OWN / GOLD", "REASONS");
    totals
        .skills()
        .forEach(
            (name, skill) ->
                table.row(
                    name,
                    share(skill, "MODEL"),
                    share(skill, "PARAPHRASE"),
                    share(skill, "GOLD"),
                    share(skill, "TEACHER"),
                    losses(skill),
                    counts(skill.getReasons())));
    table.print(common.err());
    common.say(
        "waiting: %d (parked %d, %d bytes); requests: %s; retries: %s; late results: %d"
            .formatted(
                totals.sum(AskReport::getWaiting),
                totals.sum(AskReport::getParked),
                totals.sum(AskReport::getParkedBytes),
                counts(totals.counts(AskReport::getRequests)),
                counts(totals.counts(AskReport::getRetries)),
                totals.sum(AskReport::getLate)));
    common.say(
        String.format(
            Locale.ROOT,
            "mean latency of a result %s ms, of a target %s ms; tokens: %d read, %d written; cost %.4f",
            mean(totals.sum(AskReport::getLatencyMillis), totals.results()),
            mean(totals.sum(AskReport::getWaitMillis), totals.decided()),
            totals.sum(AskReport::getPromptTokens),
            totals.sum(AskReport::getTokens),
            totals.cost()));
    for (TrainReport window : totals.windows()) {
      common.say("window %d: %s".formatted(window.getWindowId(), origins(window)));
    }
  }

  private static String origins(TrainReport window) {
    return new TreeMap<>(window.getOrigins())
        .entrySet().stream()
            .map(skill -> skill.getKey() + " " + counts(skill.getValue()))
            .collect(Collectors.joining("; "));
  }

  private static String share(SkillTargets skill, String origin) {
    long all = skill.getOrigins().values().stream().mapToLong(Long::longValue).sum();
    long n = skill.getOrigins().getOrDefault(origin, 0L);
    return all == 0 ? "-" : String.format(Locale.ROOT, "%d (%.0f %%)", n, 100.0 * n / all);
  }

  private static String losses(SkillTargets skill) {
    return skill.getScored() == 0
        ? "-"
        : String.format(
            Locale.ROOT,
            "%.3f / %.3f (%d)",
            skill.getTextLoss() / skill.getScored(),
            skill.getGoldLoss() / skill.getScored(),
            skill.getScored());
  }

  private static String counts(Map<String, Long> counts) {
    return counts.isEmpty()
        ? "none"
        : new TreeMap<>(counts)
            .entrySet().stream()
                .map(count -> count.getKey() + " " + count.getValue())
                .collect(Collectors.joining(", "));
  }

  private static String mean(long sum, long n) {
    return n == 0 ? "-" : Long.toString(sum / n);
  }

  private static ObjectNode json(TargetTotals totals) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    ObjectNode skills = result.putObject("skills");
    totals.skills().forEach((name, skill) -> put(skills.putObject(name), skill));
    put(result.putObject("requests"), totals.counts(AskReport::getRequests));
    put(result.putObject("results"), totals.counts(AskReport::getResults));
    put(result.putObject("retries"), totals.counts(AskReport::getRetries));
    result
        .put("waiting", totals.sum(AskReport::getWaiting))
        .put("parked", totals.sum(AskReport::getParked))
        .put("parked_bytes", totals.sum(AskReport::getParkedBytes))
        .put("late", totals.sum(AskReport::getLate))
        .put("prompt_tokens", totals.sum(AskReport::getPromptTokens))
        .put("tokens", totals.sum(AskReport::getTokens))
        .put("latency_ms", totals.sum(AskReport::getLatencyMillis))
        .put("wait_ms", totals.sum(AskReport::getWaitMillis))
        .put("cost", totals.cost());
    ArrayNode windows = result.putArray("windows");
    for (TrainReport window : totals.windows()) {
      ObjectNode node = windows.addObject().put("window", window.getWindowId());
      ObjectNode origins = node.putObject("skills");
      new TreeMap<>(window.getOrigins())
          .forEach((skill, counts) -> put(origins.putObject(skill), counts));
    }
    return result;
  }

  private static void put(ObjectNode node, SkillTargets skill) {
    put(node.putObject("origins"), skill.getOrigins());
    put(node.putObject("reasons"), skill.getReasons());
    put(node.putObject("verdicts"), skill.getVerdicts());
    ObjectNode loss = node.putObject("loss").put("n", skill.getScored());
    if (skill.getScored() > 0) {
      loss.put("own", skill.getTextLoss() / skill.getScored());
      loss.put("gold", skill.getGoldLoss() / skill.getScored());
    }
  }

  private static void put(ObjectNode node, Map<String, Long> counts) {
    new TreeMap<>(counts).forEach(node::put);
  }
}
