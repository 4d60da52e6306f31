package dev.alluvium.cli.model;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.trainer.evaluate.LoadedModel;
import dev.alluvium.trainer.model.generate.Completion;
import dev.alluvium.trainer.model.generate.GenerationSettings;
import dev.alluvium.trainer.model.generate.GenerationSettings.Sampling;
import dev.alluvium.trainer.model.generate.Generator;
import dev.alluvium.trainer.model.generate.Prompt;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.StopStrings;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alluvium complete}: one model, one instruction, one answer. */
@Command(
    name = "complete",
    mixinStandardHelpOptions = true,
    description = "Let a model answer one instruction, asked the way it was trained.")
public final class CompleteCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private ModelOptions options = new ModelOptions();

  @Mixin private TemplateOptions turns = new TemplateOptions();

  @Parameters(paramLabel = "INSTRUCTION", description = "What to ask.")
  private String instruction = "";

  @Option(names = "--context", paramLabel = "TEXT", description = "Text the instruction is about.")
  private @Nullable String context;

  @Option(names = "--raw", description = "Write on from the text as it is, without the template.")
  private boolean raw;

  @Option(
      names = "--max-tokens",
      defaultValue = "128",
      description = "Most tokens to write. Default: ${DEFAULT-VALUE}.")
  private int maxTokens;

  @Option(
      names = "--temperature",
      defaultValue = "0",
      description = "0 takes the most likely token each time. Default: ${DEFAULT-VALUE}.")
  private double temperature;

  @Option(
      names = "--top-k",
      defaultValue = "0",
      description = "Draw only from this many most likely tokens; 0: from all.")
  private int topK;

  @Option(
      names = "--top-p",
      defaultValue = "1",
      description =
          "Draw only from the most likely tokens that together have this share. Default:"
              + " ${DEFAULT-VALUE}.")
  private double topP;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "Text that ends the answer and is cut off. May be repeated.")
  private List<String> stop = List.of();

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Decides what is drawn. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() {
    if (raw && context != null) {
      throw CommandFailure.usage("--raw and --context: expected one of them");
    }
    if (maxTokens < 1) {
      throw CommandFailure.usage("--max-tokens is %d: expected 1 or more".formatted(maxTokens));
    }
    Sampling sampling = sampling();
    try (LoadedModel model = options.load(turns.choice())) {
      String prompt =
          raw ? instruction : model.template().prompt(Conversation.of(instruction, context));
      StopStrings stops = new StopStrings(model.tokenizer(), stop);
      Completion completion =
          new Generator(model.model())
              .complete(
                  new Prompt(model.tokenizer().encode(prompt), seed),
                  new GenerationSettings(
                      maxTokens,
                      sampling,
                      model.tokenizer().vocabularySize(),
                      model.template().stopIds(),
                      stops));
      int[] ids = completion.ids().stream().mapToInt(Integer::intValue).toArray();
      String text = stops.cut(model.tokenizer().decodeText(ids));
      if (common.json()) {
        ObjectNode result = JsonMapper.builder().build().createObjectNode();
        result.put("prompt", prompt).put("text", text);
        completion.ids().forEach(result.putArray("ids")::add);
        completion.logprobs().forEach(result.putArray("logprobs")::add);
        result.put("finish", completion.finish().name().toLowerCase(Locale.ROOT));
        common.print(result);
      } else {
        common.out().println(text);
        common.out().flush();
      }
    }
    return ExitCodes.DONE;
  }

  private Sampling sampling() {
    try {
      return new Sampling(temperature, topK, topP);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }
}
