package dev.alluvium.cli.model;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import dev.alluvium.cli.produce.PairFiles;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.trainer.evaluate.Evaluation;
import dev.alluvium.trainer.evaluate.LoadedModel;
import dev.alluvium.trainer.gate.ProbeScores;
import dev.alluvium.trainer.gate.ProbeTable;
import dev.alluvium.trainer.loop.Conversations;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alluvium evaluate}: perplexity and accuracy of a model on probe files, by skill. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Measure a model on probe files, by skill.",
      "Accuracy is the share of probes whose whole response is the model's first choice, token by",
      "token, given the true tokens before."
    })
public final class EvaluateCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private ModelOptions options = new ModelOptions();

  @Mixin private TemplateOptions turns = new TemplateOptions();

  @Option(
      names = "--probe",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files of pairs, in any shape that produce reads.")
  private List<String> probeFiles = List.of();

  @Option(
      names = "--max-tokens",
      defaultValue = "512",
      description = "Longer probes are left out and counted. Default: ${DEFAULT-VALUE}.")
  private int maxTokens;

  @Override
  public Integer call() {
    try (LoadedModel model = options.load(turns.choice())) {
      Evaluation evaluation = new Evaluation(model, maxTokens, Math.max(maxTokens, 2048));
      AtomicInteger probes = new AtomicInteger();
      AtomicInteger leftOut = new AtomicInteger();
      AtomicInteger malformed = new AtomicInteger();
      PairFiles.read(
          probeFiles,
          pair -> {
            int number = probes.incrementAndGet();
            add(evaluation, pair, number)
                .ifPresent(
                    why -> {
                      leftOut.incrementAndGet();
                      common.say("probe %d is left out: %s".formatted(number, why));
                    });
          },
          why -> {
            malformed.incrementAndGet();
            common.say(why);
          });
      ProbeScores scores = evaluation.run();
      if (scores.byProbe().isEmpty()) {
        throw new CommandFailure("none of the %s probes can be measured".formatted(probes));
      }
      if (leftOut.get() + malformed.get() > 0) {
        common.say("%s probes are left out, %s are malformed".formatted(leftOut, malformed));
      }
      print(scores, leftOut.get(), malformed.get());
    }
    return ExitCodes.DONE;
  }

  private static Optional<String> add(Evaluation evaluation, Pair pair, int number) {
    Prompt prompt =
        Prompt.newBuilder()
            .setInstruction(pair.getInstruction())
            .setContext(pair.getContext())
            .setHistory(pair.getHistory())
            .build();
    String skill = pair.getSkill() == null ? "unknown" : pair.getSkill();
    return evaluation
        .add(
            Integer.toString(number),
            skill,
            Conversations.of(prompt, Conversations.PROBE_TIME),
            pair.getResponse())
        .map(refused -> refused.reason() + ", " + refused.detail());
  }

  private void print(ProbeScores scores, int leftOut, int malformed) {
    if (common.json()) {
      ObjectNode result = JsonMapper.builder().build().createObjectNode();
      ObjectNode probes = result.putObject("probes");
      ProbeTable.of(scores)
          .forEach(
              (skill, measured) ->
                  probes
                      .putObject(skill)
                      .put("perplexity", measured.getPerplexity())
                      .put("accuracy", measured.getAccuracy())
                      .put("n", measured.getN())
                      .put("stderr", standardError(measured.getAccuracy(), measured.getN())));
      result.put("left_out", leftOut).put("malformed", malformed);
      common.print(result);
      return;
    }
    Table table = new Table("skill", "perplexity", "accuracy", "n");
    ProbeTable.of(scores)
        .forEach(
            (skill, measured) ->
                table.row(
                    skill,
                    String.format(Locale.ROOT, "%.3f", measured.getPerplexity()),
                    String.format(
                        Locale.ROOT,
                        "%.3f ± %.3f",
                        measured.getAccuracy(),
                        standardError(measured.getAccuracy(), measured.getN())),
                    measured.getN()));
    table.print(common.out());
  }

  /** Of a share p of n: sqrt(p (1 - p) / n). */
  private static double standardError(double share, int n) {
    return Math.sqrt(share * (1 - share) / n);
  }
}
