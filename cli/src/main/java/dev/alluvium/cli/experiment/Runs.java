package dev.alluvium.cli.experiment;

import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.config.LoadedSettings;
import dev.alluvium.cli.config.SettingsLoader;
import dev.alluvium.schemas.Digests;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs that are done, and those that are to be done. The log is one for all experiments: what two
 * of them have in common is run once. Several threads may run plans.
 */
final class Runs {
  /** Settings that a run's result may depend on. */
  private static final List<String> SHAPING = List.of("train.", "mix.", "s3ft.", "judges.");

  private final CommonOptions common;
  private final RunLog log;

  /** Accuracies of the base model at what a seed draws, as some run measured them. */
  private final Map<String, Map<String, Double>> bases = new ConcurrentHashMap<>();

  Runs(CommonOptions common, Path output) {
    this.common = common;
    this.log = new RunLog(output.resolve("runs.jsonl"));
  }

  /** The run of a plan under the settings of this command, if it is done. */
  Optional<RunResult> done(RunPlan plan) {
    Optional<RunResult> done = log.of(key(plan, shaping(loaded(plan))));
    done.ifPresent(result -> bases.put(problems(plan), result.base()));
    return done;
  }

  /** Runs a plan and writes it down. */
  RunResult run(RunPlan plan) {
    LoadedSettings loaded = loaded(plan);
    loaded.warnings().forEach(warning -> common.say("warning: " + warning));
    Map<String, String> shaping = shaping(loaded);
    RunResult result =
        new Run(plan, loaded.settings())
            .result(key(plan, shaping), shaping, Optional.ofNullable(bases.get(problems(plan))));
    bases.put(problems(plan), result.base());
    log.add(result);
    return result;
  }

  /** Runs of one command differ in nothing else that the base model's answers depend on. */
  private static String problems(RunPlan plan) {
    return plan.seed() + " " + plan.validation() + " " + plan.problems();
  }

  private LoadedSettings loaded(RunPlan plan) {
    return new SettingsLoader(System.getenv()).load(common.config(), settings(plan));
  }

  /** Names a run by all that its result may depend on. */
  private static String key(RunPlan plan, Map<String, String> shaping) {
    return Digests.sha256(plan.toString(), shaping.toString());
  }

  /**
   * The settings that a result may depend on, wherever they were set; not where the suite's own
   * files are.
   */
  private static Map<String, String> shaping(LoadedSettings loaded) {
    Map<String, String> own = suite();
    Map<String, String> values = new TreeMap<>();
    loaded
        .values()
        .forEach(
            (setting, value) -> {
              if (SHAPING.stream().anyMatch(setting::startsWith)
                  && !value.text().equals(own.get(setting))) {
                values.put(setting, value.text());
              }
            });
    return values;
  }

  private static Map<String, String> suite() {
    Path model = Path.of(System.getProperty("alluvium.home", "."), "models", "suite");
    return Map.of(
        "train.model", model.toString(), "s3ft.prompts", model.resolve("prompts").toString());
  }

  /** What all arms share, then the arm's, then the user's. */
  private Map<String, String> settings(RunPlan plan) {
    Map<String, String> settings =
        new TreeMap<>(
            Map.of(
                "s3ft.maxTokens", "64",
                "train.maxTokens", "256",
                "train.batchTokens", "512",
                "train.passesPerWindow", "4",
                "train.learningRate", Double.toString(plan.rate()),
                "train.threads", "1",
                "train.seed", Long.toString(plan.seed()),
                "train.kl.weight", "0",
                "mix.hygiene.similarity", "0"));
    settings.putAll(suite());
    settings.putAll(plan.arm().settings());
    settings.putAll(common.set());
    return settings;
  }
}
