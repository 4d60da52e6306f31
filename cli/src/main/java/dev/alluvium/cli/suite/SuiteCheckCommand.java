package dev.alluvium.cli.suite;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import dev.alluvium.cli.model.ModelOptions;
import dev.alluvium.cli.model.TemplateOptions;
import dev.alluvium.trainer.evaluate.LoadedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alluvium suite check}: how many problems of the suite a model answers right. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Let a model answer problems of the suite and judge the answers, by skill and level.",
      "Every answer is written token by token, the most likely one each time."
    })
final class SuiteCheckCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private ModelOptions options = new ModelOptions();

  @Mixin private TemplateOptions turns = new TemplateOptions();

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "Files of the suite, such as validation.jsonl.")
  private List<Path> files = List.of();

  @Option(
      names = "--limit",
      defaultValue = "500",
      description = "Most problems per skill and level. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--show",
      defaultValue = "0",
      description = "Wrong answers to show, per skill and level. Default: ${DEFAULT-VALUE}.")
  private int show;

  @Option(
      names = "--max-tokens",
      defaultValue = "64",
      description = "Longest answer. Default: ${DEFAULT-VALUE}.")
  private int maxTokens;

  /** Right answers out of n. */
  private record Accuracy(int right, int n) {
    double share() {
      return (double) right / n;
    }

    /** Of a share p of n: sqrt(p (1 - p) / n). */
    double standardError() {
      return Math.sqrt(share() * (1 - share()) / n);
    }
  }

  @Override
  public Integer call() {
    Map<String, List<Entry>> groups = read();
    Map<String, Accuracy> accuracies = new LinkedHashMap<>();
    try (LoadedModel model = options.load(turns.choice())) {
      Answers answers = new Answers(model.model(), model.tokenizer(), model.template(), maxTokens);
      groups.forEach((group, entries) -> accuracies.put(group, measure(entries, answers)));
    }
    print(accuracies);
    return ExitCodes.DONE;
  }

  private Map<String, List<Entry>> read() {
    Map<String, List<Entry>> groups = new LinkedHashMap<>();
    for (Path file : files) {
      int number = 0;
      for (String line : lines(file)) {
        Entry entry = entry(file, ++number, line);
        List<Entry> group = groups.computeIfAbsent(group(entry), name -> new ArrayList<>());
        if (group.size() < limit) {
          group.add(entry);
        }
      }
    }
    if (groups.isEmpty()) {
      throw new CommandFailure(
          "no problems in %s: expected files of alluvium suite".formatted(files));
    }
    return groups;
  }

  private static Entry entry(Path file, int number, String line) {
    try {
      return EntryJson.read(line);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure("%s, line %d: %s".formatted(file, number, e.getMessage()), e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new CommandFailure(file + " cannot be read: " + e, e);
    }
  }

  private static String group(Entry entry) {
    String of = entry.of().equals(entry.skill()) ? "" : " " + entry.of();
    return entry.skill() + of + " " + entry.level().label();
  }

  private Accuracy measure(List<Entry> entries, Answers answers) {
    List<String> given = answers.to(entries.stream().map(Entry::instruction).toList());
    int right = 0;
    int shown = 0;
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry.key().accepts(given.get(i))) {
        right++;
      } else if (shown < show) {
        shown++;
        common.say("%s\n  %s\n  %s".formatted(entry.instruction(), given.get(i), entry.response()));
      }
    }
    return new Accuracy(right, entries.size());
  }

  private void print(Map<String, Accuracy> accuracies) {
    if (common.json()) {
      ObjectNode result = JsonMapper.builder().build().createObjectNode();
      ObjectNode groups = result.putObject("accuracy");
      accuracies.forEach(
          (group, accuracy) ->
              groups
                  .putObject(group)
                  .put("accuracy", accuracy.share())
                  .put("n", accuracy.n())
                  .put("stderr", accuracy.standardError()));
      common.print(result);
      return;
    }
    Table table = new Table("skill", "accuracy", "n");
    accuracies.forEach(
        (group, accuracy) ->
            table.row(
                group,
                String.format(
                    Locale.ROOT, "%.3f ± %.3f", accuracy.share(), accuracy.standardError()),
                accuracy.n()));
    table.print(common.out());
  }
}
