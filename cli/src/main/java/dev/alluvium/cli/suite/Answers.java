package dev.alluvium.cli.suite;

import dev.alluvium.trainer.evaluate.LoadedModel;
import dev.alluvium.trainer.model.generate.Completion;
import dev.alluvium.trainer.model.generate.Completion.Finish;
import dev.alluvium.trainer.model.generate.GenerationSettings;
import dev.alluvium.trainer.model.generate.Generator;
import dev.alluvium.trainer.model.generate.Prompt;
import dev.alluvium.trainer.text.Conversation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Lets a model answer questions, always with the most likely token. */
final class Answers {
  private static final int BATCH = 64;

  private final LoadedModel model;
  private final Generator generator;
  private final GenerationSettings settings;

  /**
   * @param maxTokens longest answer
   */
  Answers(LoadedModel model, int maxTokens) {
    this.model = model;
    this.generator = new Generator(model.model());
    this.settings =
        GenerationSettings.greedy(
            maxTokens, model.tokenizer().vocabularySize(), model.template().stopIds());
  }

  /** One answer for each instruction, in their order; empty where the model found no end. */
  List<String> to(List<String> instructions) {
    List<Prompt> prompts = instructions.stream().map(this::prompt).toList();
    List<Integer> byLength =
        IntStream.range(0, prompts.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> prompts.get(i).ids().length))
            .toList();
    String[] answers = new String[prompts.size()];
    for (int from = 0; from < byLength.size(); from += BATCH) {
      List<Integer> batch = byLength.subList(from, Math.min(from + BATCH, byLength.size()));
      List<Completion> completions =
          generator.complete(batch.stream().map(prompts::get).toList(), settings, () -> false);
      for (int i = 0; i < completions.size(); i++) {
        answers[batch.get(i)] = text(completions.get(i));
      }
    }
    return new ArrayList<>(List.of(answers));
  }

  private Prompt prompt(String instruction) {
    String text = model.template().prompt(Conversation.of(instruction));
    return new Prompt(model.tokenizer().encode(text), 0);
  }

  private String text(Completion completion) {
    return completion.finish() == Finish.STOP
        ? model
            .tokenizer()
            .decodeText(completion.ids().stream().mapToInt(Integer::intValue).toArray())
        : "";
  }
}
