package dev.alluvium.trainer.gate;

import dev.alluvium.judges.Attempt;
import dev.alluvium.judges.Attempt.Finish;
import dev.alluvium.judges.Attempt.Kind;
import dev.alluvium.judges.Decision;
import dev.alluvium.judges.Judges;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.record.Questions;
import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.generate.Completion;
import dev.alluvium.trainer.model.generate.GenerationSettings;
import dev.alluvium.trainer.model.generate.Generator;
import dev.alluvium.trainer.model.generate.Prompt;
import dev.alluvium.trainer.text.AnswerText;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.TextException;
import dev.alluvium.trainer.text.Tokenizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets a model answer probes, the most likely token each time, and judges the answers. */
public final class ProbeWriter {
  private static final Logger log = LoggerFactory.getLogger(ProbeWriter.class);

  /** Probes that are answered together. */
  private static final int BATCH = 32;

  private final Tokenizer tokenizer;
  private final PromptTemplate template;
  private final ExampleTokenizer examples;
  private final Function<Probe, Conversation> conversations;
  private final Judges judges;
  private final GenerationSettings settings;

  /**
   * A writer.
   *
   * @param conversations what a probe asks
   * @param answerTokens most tokens of an answer; one that does not end by then is wrong
   */
  public ProbeWriter(
      Tokenizer tokenizer,
      PromptTemplate template,
      ExampleTokenizer examples,
      Function<Probe, Conversation> conversations,
      Judges judges,
      int answerTokens) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.examples = examples;
    this.conversations = conversations;
    this.judges = judges;
    this.settings =
        GenerationSettings.greedy(answerTokens, tokenizer.vocabularySize(), template.stopIds());
  }

  /** Digest of all but the weights that decides whether an answer is right. */
  public String how() {
    return Digests.sha256(
        Integer.toString(settings.maxTokens()),
        Integer.toString(examples.maxTokens()),
        template.id(),
        judges.editions());
  }

  /** Nothing for a probe that the model cannot be asked, or not answer within its limit. */
  public Optional<WrittenQuestion> question(Probe probe) {
    try {
      int[] prompt = examples.prompt(conversations.apply(probe));
      if (prompt.length + settings.maxTokens() > examples.maxTokens()) {
        return Optional.empty();
      }
      Question question = Questions.of(probe);
      return Optional.of(
          new WrittenQuestion(
              probe.getPairId(), probe.getSkill(), prompt, question, judges.isExact(question)));
    } catch (TextException | IllegalArgumentException e) {
      log.debug("probe {} is not answered in writing", probe.getPairId(), e);
      return Optional.empty();
    }
  }

  /**
   * Which of some questions a model answers right; without those at whose answers a judge failed.
   *
   * @param stop asked before each token
   * @throws CancellationException when told to stop
   */
  public Map<String, Boolean> answers(
      LanguageModel model, List<WrittenQuestion> questions, BooleanSupplier stop) {
    List<Prompt> prompts = questions.stream().map(one -> new Prompt(one.prompt(), 0)).toList();
    List<Completion> written = new Generator(model).complete(prompts, BATCH, settings, stop);
    if (stop.getAsBoolean()) {
      throw new CancellationException("told to stop");
    }
    Map<String, Boolean> right = new HashMap<>();
    for (int i = 0; i < questions.size(); i++) {
      Decision decision = judged(questions.get(i).question(), written.get(i));
      if (decision != Decision.ERROR) {
        right.put(questions.get(i).pairId(), decision == Decision.ACCEPTED);
      }
    }
    return right;
  }

  private Decision judged(Question question, Completion written) {
    AnswerText answer = AnswerText.of(tokenizer, settings.stopIds(), written.ids());
    Finish finish = answer.ended() ? Finish.ENDED : Finish.TRUNCATED;
    return judges.judge(question, new Attempt(answer.text(), Kind.ANSWER, finish)).decision();
  }
}
