package dev.alluvium.cli.experiment;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import dev.alluvium.cli.config.LoadedSettings;
import dev.alluvium.cli.config.SettingsLoader;
import dev.alluvium.cli.experiment.Comparison.Estimate;
import dev.alluvium.cli.experiment.Comparison.Row;
import dev.alluvium.schemas.Digests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alluvium experiment forgetting}: what is forgotten while three skills are streamed. */
@Command(
    name = "forgetting",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Stream three new skills to the suite's model, one after the other, in several ways, and",
      "measure what it forgets: of what the base model could do, and of what was streamed earlier.",
      "Runs that are done are in OUTPUT/forgetting.jsonl and are not run again."
    })
final class ForgettingCommand implements Callable<Integer> {
  /** Settings that a run's result may depend on. */
  private static final List<String> SHAPING = List.of("train.", "mix.", "s3ft.", "judges.");

  private static final String NAIVE = Arm.NAIVE.name();

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--output",
      defaultValue = ".alluvium/experiments",
      paramLabel = "DIR",
      description = "Where the log of runs is. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of(".alluvium/experiments");

  @Option(
      names = "--arms",
      split = ",",
      defaultValue = "naive,replay,alluvium",
      description = "Ways of training, of those in docs/experiments.md. Default: ${DEFAULT-VALUE}.")
  private List<String> arms = List.of();

  @Option(
      names = "--seeds",
      split = ",",
      defaultValue = "101,102,103",
      description = "Each draws pairs and problems of its own. Default: ${DEFAULT-VALUE}.")
  private List<Long> seeds = List.of();

  @Option(
      names = "--rate",
      defaultValue = "0.001",
      description = "Learning rate of all arms. Default: ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--pairs",
      defaultValue = "1000",
      description = "Pairs of each streamed skill. Default: ${DEFAULT-VALUE}.")
  private int pairs;

  @Option(
      names = "--problems",
      defaultValue = "200",
      description = "Held-out problems of each skill. Default: ${DEFAULT-VALUE}.")
  private int problems;

  @Option(
      names = "--validation",
      description = "Measure by the problems that rates are chosen by, in place of the probes.")
  private boolean validation;

  @Override
  public Integer call() {
    requirePositive("--pairs", pairs);
    requirePositive("--problems", problems);
    List<Arm> chosen = arms.stream().map(ForgettingCommand::arm).toList();
    RunLog log = new RunLog(output.resolve("forgetting.jsonl"));
    Comparison comparison = new Comparison();
    int number = 0;
    for (long seed : seeds) {
      Optional<Map<String, Double>> base = Optional.empty();
      for (Arm arm : chosen) {
        RunPlan plan = new RunPlan(arm, seed, validation, rate, pairs, problems);
        RunResult result = result(plan, base, log, ++number + " of " + seeds.size() * arms.size());
        base = Optional.of(result.base());
        comparison.add(result);
      }
    }
    print(comparison);
    return ExitCodes.DONE;
  }

  private static void requirePositive(String option, int value) {
    if (value < 1) {
      throw CommandFailure.usage(option + " is " + value + ": expected 1 or more");
    }
  }

  private static Arm arm(String name) {
    return Arm.named(name)
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "--arms names %s: expected some of %s"
                        .formatted(
                            name, String.join(", ", Arm.ALL.stream().map(Arm::name).toList()))));
  }

  private RunResult result(
      RunPlan plan, Optional<Map<String, Double>> base, RunLog log, String which) {
    LoadedSettings loaded =
        new SettingsLoader(System.getenv()).load(common.config(), settings(plan));
    String key = key(plan, loaded);
    Optional<RunResult> done = log.of(key);
    if (done.isPresent()) {
      return done.get();
    }
    loaded.warnings().forEach(warning -> common.say("warning: " + warning));
    RunResult result = new Run(plan, loaded.settings()).result(key, base);
    log.add(result);
    common.say(
        String.format(
            Locale.ROOT,
            "run %s: %s, seed %d: learnt %.1f, base skills lost %.1f, earlier skills lost %.1f points, %.0f s",
            which,
            plan.arm().name(),
            plan.seed(),
            100 * Row.NEW_SKILL_ACCURACY.of(result),
            100 * Row.OLD_SKILL_LOSS.of(result),
            100 * Row.STREAMED_SKILL_LOSS.of(result),
            result.seconds()));
    return result;
  }

  /** Names a run by all that its result may depend on, wherever it was set. */
  private static String key(RunPlan plan, LoadedSettings loaded) {
    Map<String, String> values = new TreeMap<>();
    loaded
        .values()
        .forEach(
            (setting, value) -> {
              if (SHAPING.stream().anyMatch(setting::startsWith)) {
                values.put(setting, value.text());
              }
            });
    return Digests.sha256(plan.toString(), values.toString());
  }

  /** What all arms share, then the arm's, then the user's. */
  private Map<String, String> settings(RunPlan plan) {
    Map<String, String> settings =
        new TreeMap<>(
            Map.of(
                "train.model", "models/suite",
                "s3ft.prompts", "models/suite/prompts",
                "s3ft.maxTokens", "64",
                "train.maxTokens", "256",
                "train.batchTokens", "512",
                "train.passesPerWindow", "4",
                "train.learningRate", Double.toString(plan.rate()),
                "train.seed", Long.toString(plan.seed()),
                "mix.hygiene.similarity", "0"));
    settings.putAll(plan.arm().settings());
    settings.putAll(common.set());
    return settings;
  }

  private void print(Comparison comparison) {
    if (common.json()) {
      common.print(json(comparison));
      return;
    }
    Table table = new Table("arm", "learnt", "base skills lost", "earlier skills lost");
    for (String arm : comparison.arms()) {
      table.row(
          arm,
          text(comparison.of(arm, Row.NEW_SKILL_ACCURACY)),
          text(comparison.of(arm, Row.OLD_SKILL_LOSS)),
          text(comparison.of(arm, Row.STREAMED_SKILL_LOSS)));
    }
    table.print(common.out());
    verdicts(comparison).forEach(verdict -> common.out().println(words(verdict)));
    common.out().flush();
  }

  private static List<Verdict> verdicts(Comparison comparison) {
    List<String> others = new ArrayList<>(comparison.arms());
    return others.remove(NAIVE)
        ? others.stream().map(arm -> Verdict.of(comparison, arm)).toList()
        : List.of();
  }

  private static String words(Verdict verdict) {
    return String.format(
        Locale.ROOT,
        "%s loses %.2f of what naive training loses of base skills and %.2f of earlier ones, and learns %s: %s",
        verdict.arm(),
        verdict.oldSkillRatio(),
        verdict.streamedSkillRatio(),
        verdict.learns() ? "as well" : "less",
        verdict.holds() ? "at most half of both" : "not half of both");
  }

  private static String text(Estimate estimate) {
    return String.format(
        Locale.ROOT, "%.1f ± %.1f", 100 * estimate.mean(), 100 * estimate.margin());
  }

  private static ObjectNode json(Comparison comparison) {
    ObjectNode result = JsonMapper.builder().build().createObjectNode();
    ObjectNode arms = result.put("experiment", "forgetting").putObject("arms");
    for (String arm : comparison.arms()) {
      ObjectNode rows = arms.putObject(arm);
      ObjectNode errors = JsonMapper.builder().build().createObjectNode();
      for (Row row : Row.values()) {
        Estimate estimate = comparison.of(arm, row);
        String name = row.name().toLowerCase(Locale.ROOT);
        rows.put(name, estimate.mean()).put("seeds", estimate.n());
        if (estimate.n() > 1) {
          errors.put(name, estimate.stderr());
        }
      }
      rows.set("stderr", errors);
    }
    ObjectNode verdicts = result.putObject("verdicts");
    for (Verdict verdict : verdicts(comparison)) {
      verdicts
          .putObject(verdict.arm())
          .put("learns", verdict.learns())
          .put("old_skill_ratio", verdict.oldSkillRatio())
          .put("streamed_skill_ratio", verdict.streamedSkillRatio())
          .put("holds", verdict.holds());
    }
    return result;
  }
}
