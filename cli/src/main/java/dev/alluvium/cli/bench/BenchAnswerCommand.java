package dev.alluvium.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Progress;
import dev.alluvium.cli.model.ModelOptions;
import dev.alluvium.cli.model.TemplateOptions;
import dev.alluvium.cli.produce.PairFiles;
import dev.alluvium.trainer.bench.AnswerBench;
import dev.alluvium.trainer.evaluate.LoadedModel;
import dev.alluvium.trainer.model.generate.GenerationSettings;
import dev.alluvium.trainer.model.generate.Prompt;
import dev.alluvium.trainer.text.Conversation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alluvium bench answer}: how fast a checkpoint answers real questions. */
@Command(
    name = "answer",
    mixinStandardHelpOptions = true,
    description = {
      "Let a checkpoint answer the questions of files, in batches and in their order, always with the",
      "most likely token. Prompts and answers have the lengths that they have: what ends early makes",
      "room. To be compared with other programs on the same checkpoint and questions."
    })
final class BenchAnswerCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private ModelOptions options = new ModelOptions();

  @Mixin private TemplateOptions turns = new TemplateOptions();

  @Mixin private RunOptions repeats = new RunOptions();

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files of pairs, in any shape that produce reads.")
  private List<String> files = List.of();

  @Option(
      names = "--batch",
      defaultValue = "32",
      description = "Questions answered at once. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--tokens",
      defaultValue = "96",
      description = "Most tokens of an answer. Default: ${DEFAULT-VALUE}.")
  private int tokens;

  @Option(
      names = "--limit",
      defaultValue = "256",
      description = "Most questions. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Override
  public Integer call() {
    if (batch < 1 || tokens < 1 || limit < 1) {
      throw CommandFailure.usage("--batch, --tokens and --limit: expected 1 or more");
    }
    int warmUps = repeats.warmUps();
    int runs = repeats.runs();
    try (LoadedModel model = options.load(turns.choice())) {
      List<Prompt> prompts = prompts(model);
      GenerationSettings settings =
          GenerationSettings.greedy(
              tokens, model.tokenizer().vocabularySize(), model.template().stopIds());
      AnswerBench.Result result;
      try (Progress progress = repeats.progress(common.err())) {
        result =
            AnswerBench.run(
                model.model(), prompts, settings, batch, warmUps, runs, progress::reached);
      }
      print(result, prompts.size());
    }
    return ExitCodes.DONE;
  }

  private List<Prompt> prompts(LoadedModel model) {
    List<Prompt> prompts = new ArrayList<>();
    PairFiles.read(
        files,
        pair -> {
          if (prompts.size() < limit) {
            String text =
                model.template().prompt(Conversation.of(pair.getInstruction(), pair.getContext()));
            prompts.add(new Prompt(model.tokenizer().encode(text), prompts.size()));
          }
        },
        common::say);
    if (prompts.isEmpty()) {
      throw new CommandFailure("there is no question in " + String.join(", ", files));
    }
    return prompts;
  }

  private void print(AnswerBench.Result result, int questions) {
    if (common.json()) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("questions", questions).put("batch", batch);
      json.put("tokens", result.tokens()).put("tokens_per_second", result.tokensPerSecond());
      common.print(json);
    } else {
      common
          .out()
          .printf(
              Locale.ROOT,
              "%,d questions, %,d tokens of answers: %,.0f tokens/s%n",
              questions,
              result.tokens(),
              result.tokensPerSecond());
      common.out().flush();
    }
  }
}
