package dev.alluvium.cli.model;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.TokenizedExample;
import dev.alluvium.trainer.text.Tokenizer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code alluvium tokenize}: what a model would read, token by token, and what is trained of it.
 */
@Command(
    name = "tokenize",
    mixinStandardHelpOptions = true,
    description = {
      "Show how a model's tokenizer and chat template write a text or a conversation.",
      "With a response, or messages that end with an assistant's, it is the example that would be",
      "trained; without, it is the prompt."
    })
public final class TokenizeCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Hugging Face directory; only its text files are read.")
  private Path model = Path.of("");

  @ArgGroup(multiplicity = "1")
  private Input input = new Input();

  /** What to tokenize. */
  static final class Input {
    @Option(names = "--text", description = "Text, tokenized as it is, without a template.")
    private @Nullable String text;

    @Option(
        names = "--messages",
        paramLabel = "FILE",
        description = "JSON list of messages with role and content.")
    private @Nullable Path messages;

    @Parameters(paramLabel = "INSTRUCTION", description = "What to ask.")
    private @Nullable String instruction;
  }

  @Option(names = "--context", paramLabel = "TEXT", description = "Text the instruction is about.")
  private @Nullable String context;

  @Option(names = "--response", paramLabel = "TEXT", description = "What the model should answer.")
  private @Nullable String response;

  @Mixin private TemplateOptions turns = new TemplateOptions();

  /** Text, ids, and which of them are trained. */
  private record Result(String text, int[] ids, boolean[] trained) {}

  @Override
  public Integer call() {
    if (input.instruction == null && (context != null || response != null)) {
      throw CommandFailure.usage("--context and --response belong to an INSTRUCTION");
    }
    ModelOptions.requireDirectory("--model", model);
    try (Tokenizer tokenizer = Tokenizer.load(model)) {
      Result result = result(tokenizer);
      if (common.json()) {
        common.print(json(result));
      } else {
        print(tokenizer, result);
      }
    }
    return ExitCodes.DONE;
  }

  private Result result(Tokenizer tokenizer) {
    if (input.text != null) {
      return untrained(tokenizer, input.text);
    }
    Messages messages =
        input.messages != null
            ? Messages.read(input.messages)
            : new Messages(Conversation.of(String.valueOf(input.instruction), context), response);
    PromptTemplate template = PromptTemplate.choose(tokenizer, turns.choice());
    String answer = messages.response();
    if (answer == null) {
      return untrained(tokenizer, template.prompt(messages.asked()));
    }
    TokenizedExample example =
        new ExampleTokenizer(tokenizer, template, Integer.MAX_VALUE)
            .tokenize(messages.asked(), answer)
            .fold(
                accepted -> accepted,
                refused -> {
                  throw new CommandFailure(
                      "this cannot be trained: " + refused.reason() + ", " + refused.detail());
                });
    return new Result(
        template.example(messages.asked(), answer).text(), example.ids(), example.trained());
  }

  private static Result untrained(Tokenizer tokenizer, String text) {
    int[] ids = tokenizer.encode(text);
    return new Result(text, ids, new boolean[ids.length]);
  }

  private static ObjectNode json(Result result) {
    ObjectNode json = JsonMapper.builder().build().createObjectNode().put("text", result.text());
    ArrayNode ids = json.putArray("ids");
    ArrayNode trained = json.putArray("trained");
    for (int i = 0; i < result.ids().length; i++) {
      ids.add(result.ids()[i]);
      trained.add(result.trained()[i] ? 1 : 0);
    }
    return json;
  }

  private void print(Tokenizer tokenizer, Result result) {
    Table table = new Table("position", "id", "text", "trained");
    for (int i = 0; i < result.ids().length; i++) {
      String piece = tokenizer.decode(new int[] {result.ids()[i]}).replace("\n", "\\n");
      table.row(i, result.ids()[i], "'" + piece + "'", result.trained()[i] ? "yes" : "");
    }
    table.print(common.out());
  }
}
