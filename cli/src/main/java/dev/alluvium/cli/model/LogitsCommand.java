package dev.alluvium.cli.model;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import dev.alluvium.trainer.evaluate.LoadedModel;
import dev.alluvium.trainer.text.TemplateChoice;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code alluvium logits}: the raw scores of the next token at every position, for parity checks.
 */
@Command(
    name = "logits",
    mixinStandardHelpOptions = true,
    description = "Logits of the next token at every position of a text or of token ids.")
public final class LogitsCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private ModelOptions options = new ModelOptions();

  @ArgGroup(multiplicity = "1")
  private Input input = new Input();

  /** What to score. */
  static final class Input {
    @Option(
        names = "--text",
        description = "Text, tokenized as it is: no template, no marks added.")
    private @Nullable String text;

    @Option(names = "--ids", split = ",", paramLabel = "ID", description = "Token ids.")
    private int @Nullable [] ids;

    int[] ids(LoadedModel model) {
      if (ids != null) {
        return ids;
      }
      int[] encoded = model.tokenizer().encode(text == null ? "" : text);
      if (encoded.length == 0) {
        throw CommandFailure.usage("--text has no tokens: expected at least one");
      }
      return encoded;
    }
  }

  @Override
  public Integer call() {
    try (LoadedModel model = options.load(TemplateChoice.of(TemplateChoice.MODEL))) {
      int[] ids = input.ids(model);
      float[][] logits = model.model().logits(ids);
      if (common.json()) {
        ObjectNode result = JsonMapper.builder().build().createObjectNode();
        IntStream.of(ids).forEach(result.putArray("tokens")::add);
        var positions = result.putArray("logits");
        for (float[] position : logits) {
          var row = positions.addArray();
          for (float logit : position) {
            row.add(logit);
          }
        }
        common.print(result);
      } else {
        print(model, ids, logits);
      }
    }
    return ExitCodes.DONE;
  }

  private void print(LoadedModel model, int[] ids, float[][] logits) {
    Table table = new Table("position", "token", "next", "logit");
    for (int t = 0; t < ids.length; t++) {
      int best = 0;
      for (int v = 1; v < logits[t].length; v++) {
        best = logits[t][v] > logits[t][best] ? v : best;
      }
      table.row(
          t,
          named(model, ids[t]),
          named(model, best),
          String.format(Locale.ROOT, "%.4f", logits[t][best]));
    }
    table.print(common.out());
  }

  private static String named(LoadedModel model, int id) {
    return model.hasTokenizer()
        ? id + " '" + model.tokenizer().decode(new int[] {id}).replace("\n", "\\n") + "'"
        : Integer.toString(id);
  }
}
