package dev.alluvium.cli.suite;

import static java.util.Objects.requireNonNull;

import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.generate.Completion;
import dev.alluvium.trainer.model.generate.GenerationSettings;
import dev.alluvium.trainer.model.generate.Generator;
import dev.alluvium.trainer.model.generate.Prompt;
import dev.alluvium.trainer.text.AnswerText;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.Tokenizer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Lets a model answer questions, always with the most likely token. */
public final class Answers {
  private static final int BATCH = 64;

  private final Tokenizer tokenizer;
  private final PromptTemplate template;
  private final Generator generator;
  private final GenerationSettings settings;

  /**
   * Answers of a model.
   *
   * @param maxTokens longest answer
   */
  public Answers(LanguageModel model, Tokenizer tokenizer, PromptTemplate template, int maxTokens) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.generator = new Generator(model);
    this.settings =
        GenerationSettings.greedy(maxTokens, tokenizer.vocabularySize(), template.stopIds());
  }

  /** One answer for each instruction, in their order; empty where the model found no end. */
  public List<String> to(List<String> instructions) {
    return written(instructions.stream().map(Conversation::of).toList()).stream()
        .map(written -> AnswerText.of(tokenizer, template.stopIds(), written))
        .map(answer -> answer.ended() ? answer.text() : "")
        .toList();
  }

  /** What the model writes in each conversation, as ids and in their order. */
  public List<List<Integer>> written(List<Conversation> conversations) {
    List<Prompt> prompts = conversations.stream().map(this::prompt).toList();
    List<Integer> byLength =
        IntStream.range(0, prompts.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> prompts.get(i).ids().length))
            .toList();
    Completion[] completions = new Completion[prompts.size()];
    List<Prompt> sorted = byLength.stream().map(prompts::get).toList();
    List<Completion> done = generator.complete(sorted, BATCH, settings, () -> false);
    for (int i = 0; i < done.size(); i++) {
      completions[byLength.get(i)] = done.get(i);
    }
    return Arrays.stream(completions).map(completion -> requireNonNull(completion).ids()).toList();
  }

  private Prompt prompt(Conversation conversation) {
    return new Prompt(tokenizer.encode(template.prompt(conversation)), 0);
  }
}
