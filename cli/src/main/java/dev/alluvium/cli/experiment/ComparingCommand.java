package dev.alluvium.cli.experiment;

import static java.util.concurrent.CompletableFuture.supplyAsync;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import dev.alluvium.cli.experiment.Charts.Picture;
import dev.alluvium.cli.experiment.Comparison.Estimate;
import dev.alluvium.cli.experiment.Comparison.Setup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * An experiment: runs its arms with every seed and rate, and says what they show. What is compared
 * and asked is the subclass's.
 */
abstract class ComparingCommand implements Callable<Integer> {
  private static final List<Long> QUICK_SEEDS = List.of(101L, 102L, 103L);
  private static final List<Long> FULL_SEEDS = List.of(101L, 102L, 103L, 104L, 105L);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--output",
      defaultValue = ".alluvium/experiments",
      paramLabel = "DIR",
      description = "Where the log of runs is. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of(".alluvium/experiments");

  @Option(names = "--full", description = "All arms, five seeds, all rates.")
  private boolean full;

  @Option(
      names = "--arms",
      split = ",",
      description = "Ways of training, of those in docs/experiments.md, in place of the usual.")
  private @Nullable List<String> arms;

  @Option(
      names = "--seeds",
      split = ",",
      description = "Each draws pairs and problems of its own. By default those of the experiment.")
  private @Nullable List<Long> seeds;

  @Option(names = "--rates", split = ",", description = "Learning rates, in place of the usual.")
  private @Nullable List<Double> rates;

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
      names = "--jobs",
      paramLabel = "N",
      description = "Runs at a time, each by one thread. Default: as many as there are processors.")
  private int jobs = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--pictures",
      paramLabel = "DIR",
      description = "Draw the results into PNG files there.")
  private @Nullable Path pictures;

  @Option(
      names = "--validation",
      description = "Measure by the problems that rates are chosen by, in place of the probes.")
  private boolean validation;

  /** The name, as in the command line. */
  abstract String name();

  /** All arms, those of a quick look first. */
  abstract List<Arm> arms();

  /** How many of them a quick look takes. */
  abstract int quickArms();

  /** Learning rates. */
  List<Double> rates(boolean all) {
    return List.of(0.001);
  }

  /** What draws pairs and problems. */
  List<Long> seeds(boolean all) {
    return all ? FULL_SEEDS : QUICK_SEEDS;
  }

  /** Whether all skills are measured after each phase. */
  boolean everySkill() {
    return false;
  }

  /** What is measured. */
  abstract List<Row> rows();

  /** What the runs say of what is claimed; nothing of arms that were not run. */
  abstract List<Finding> findings(Comparison comparison);

  /** How they are drawn. */
  List<Picture> pictures(Comparison comparison) {
    return List.of(Charts.bars(name(), name(), comparison, rows()));
  }

  @Override
  public Integer call() {
    requirePositive("--pairs", pairs);
    requirePositive("--problems", problems);
    requirePositive("--jobs", jobs);
    Comparison comparison = new Comparison();
    results(plans()).forEach(comparison::add);
    print(comparison);
    if (pictures != null) {
      Charts.write(pictures(comparison), pictures);
    }
    return ExitCodes.DONE;
  }

  private List<RunResult> results(List<RunPlan> plans) {
    Runs runs = new Runs(common, output);
    ExecutorService threads = Executors.newFixedThreadPool(jobs);
    try {
      List<CompletableFuture<RunResult>> results = new ArrayList<>();
      for (RunPlan plan : plans) {
        String place = "run %d of %d".formatted(results.size() + 1, plans.size());
        results.add(supplyAsync(() -> result(runs, plan, place), threads));
      }
      joinOrFail(results);
      return results.stream().map(CompletableFuture::join).toList();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : e;
    } finally {
      threads.shutdownNow();
    }
  }

  /** The first failure ends the waiting, whatever still runs. */
  private static void joinOrFail(List<CompletableFuture<RunResult>> results) {
    CompletableFuture<Void> all =
        CompletableFuture.allOf(results.toArray(CompletableFuture[]::new));
    results.forEach(
        result ->
            result.whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    all.completeExceptionally(failure);
                  }
                }));
    all.join();
  }

  private RunResult result(Runs runs, RunPlan plan, String place) {
    return runs.done(plan)
        .orElseGet(
            () -> {
              RunResult result = runs.run(plan);
              common.say(told(result, place));
              return result;
            });
  }

  private static void requirePositive(String option, int value) {
    if (value < 1) {
      throw CommandFailure.usage(option + " is " + value + ": expected 1 or more");
    }
  }

  private List<RunPlan> plans() {
    List<Arm> chosen = chosen();
    List<RunPlan> plans = new ArrayList<>();
    for (long seed : seeds != null ? seeds : seeds(full)) {
      for (double rate : rates != null ? rates : rates(full)) {
        for (Arm arm : chosen) {
          plans.add(
              new RunPlan(
                  arm, seed, validation, arm.rate().orElse(rate), pairs, problems, everySkill()));
        }
      }
    }
    return plans.stream().distinct().toList(); // an arm with a rate of its own has one of each seed
  }

  private List<Arm> chosen() {
    List<Arm> all = arms();
    if (arms == null) {
      return full ? all : all.subList(0, quickArms());
    }
    return arms.stream()
        .map(
            name ->
                all.stream()
                    .filter(arm -> arm.name().equals(name))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            CommandFailure.usage(
                                "--arms names %s: expected some of %s"
                                    .formatted(
                                        name,
                                        String.join(", ", all.stream().map(Arm::name).toList())))))
        .toList();
  }

  private String told(RunResult result, String place) {
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "%s: %s, rate %s, seed %d: ",
            place,
            result.arm(),
            result.rate(),
            result.seed()));
    rows()
        .forEach(
            row ->
                line.append(
                    String.format(Locale.ROOT, "%s %.1f, ", row.title(), 100 * row.of(result))));
    return line.append(String.format(Locale.ROOT, "%.0f s", result.seconds())).toString();
  }

  private void print(Comparison comparison) {
    if (common.json()) {
      common.print(json(comparison));
      return;
    }
    List<Row> rows = rows();
    Table table =
        new Table(
            Stream.concat(Stream.of("arm", "rate"), rows.stream().map(Row::title))
                .toArray(String[]::new));
    for (Setup setup : comparison.setups()) {
      table.row(
          Stream.concat(
                  Stream.of(setup.arm(), Double.toString(setup.rate())),
                  rows.stream().map(row -> text(comparison.of(setup, row))))
              .toArray());
    }
    table.print(common.out());
    findings(comparison)
        .forEach(
            finding ->
                common
                    .out()
                    .println(
                        "%s: %s: %s"
                            .formatted(
                                finding.about(),
                                finding.words(),
                                finding.holds() ? "holds" : "does not hold")));
    common.out().flush();
  }

  private static String text(Estimate estimate) {
    String mean = String.format(Locale.ROOT, "%.1f", 100 * estimate.mean());
    return estimate.n() < 2
        ? mean
        : mean + String.format(Locale.ROOT, " ± %.1f", 100 * estimate.margin());
  }

  private ObjectNode json(Comparison comparison) {
    ObjectNode result = JSON.createObjectNode();
    ObjectNode arms = result.put("experiment", name()).putObject("arms");
    for (Setup setup : comparison.setups()) {
      ObjectNode rows = arms.putObject(comparison.name(setup, "@"));
      ObjectNode errors = JSON.createObjectNode();
      for (Row row : rows()) {
        Estimate estimate = comparison.of(setup, row);
        rows.put(row.name(), estimate.mean()).put("seeds", estimate.n());
        if (estimate.n() > 1) {
          errors.put(row.name(), estimate.stderr());
        }
      }
      rows.set("stderr", errors);
      if (everySkill()) {
        rows.set("timeline", JSON.valueToTree(comparison.timeline(setup)));
      }
    }
    result.set("base", JSON.valueToTree(comparison.base()));
    ObjectNode findings = result.putObject("findings");
    for (Finding finding : findings(comparison)) {
      ObjectNode one = findings.putObject(finding.about()).put("holds", finding.holds());
      finding
          .numbers()
          .forEach(
              (number, value) -> {
                if (Double.isFinite(value)) { // one seed has no margin
                  one.put(number, value);
                }
              });
    }
    return result;
  }
}
