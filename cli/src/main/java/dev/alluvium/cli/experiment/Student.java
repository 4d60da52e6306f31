package dev.alluvium.cli.experiment;

import dev.alluvium.cli.suite.Answers;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.loop.Conversations;
import dev.alluvium.trainer.loop.Learner;
import dev.alluvium.trainer.loop.WindowTrainer;
import dev.alluvium.trainer.loop.WindowTraining;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.text.AnswerText;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.Tokenizer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

/** The model that learns: trained by the trainer's own loop, asked greedily. */
final class Student implements AutoCloseable {
  private static final int ANSWER_TOKENS = 64;

  private final Tokenizer tokenizer;
  private final PromptTemplate template;
  private final Learner learner;
  private final WindowTraining training;
  private final Arm.Writer writer;

  /** Loads the base model. */
  Student(TrainSettings settings, Arm.Writer writer) {
    this.tokenizer = Tokenizer.load(Path.of(settings.model()));
    this.template = PromptTemplate.choose(tokenizer, settings.turns());
    this.learner = Learner.load(settings);
    this.training =
        new WindowTraining(
            settings,
            new ExampleTokenizer(
                tokenizer,
                template,
                learner.model().decoder().spec().longest(settings.maxTokens())),
            InstantSource.system());
    this.writer = writer;
  }

  /**
   * Trains a window.
   *
   * @return its outcome, for the mixer
   */
  Outcome train(Window window) {
    WindowTraining.Books books =
        training.train(window, learner, List.of(), new TreeSet<>(), () -> false);
    if (books.end() != WindowTrainer.End.DONE || !books.refused().isEmpty()) {
      throw new IllegalStateException(
          "window %d ended %s with %d examples refused: expected all to be trained"
              .formatted(window.id(), books.end(), books.refused().size()));
    }
    return Outcome.newBuilder()
        .setWindowId(window.id())
        .setStatus(OutcomeStatus.TRAINED)
        .setCheckpoint("experiment")
        .setExamples(window.examples().size())
        .setTokens(books.report().getTokens())
        .build();
  }

  /** Answers questions with the weights as they are. */
  List<String> answer(List<String> instructions) {
    return answers(learner.model()).to(instructions);
  }

  /** Writes what is asked for when targets are chosen. */
  List<GenerationResult> write(List<GenerationRequest> requests) {
    Function<LanguageModel, List<GenerationResult>> written = model -> written(model, requests);
    return writer == Arm.Writer.BASE ? learner.askBase(written) : written.apply(learner.model());
  }

  private List<GenerationResult> written(LanguageModel model, List<GenerationRequest> requests) {
    List<List<Integer>> ids =
        answers(model)
            .written(
                requests.stream()
                    .map(request -> Conversations.of(request.getPrompt(), request.getEventTime()))
                    .toList());
    List<GenerationResult> results = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      results.add(result(requests.get(i), ids.get(i)));
    }
    return results;
  }

  private GenerationResult result(GenerationRequest request, List<Integer> ids) {
    AnswerText answer = AnswerText.of(tokenizer, template.stopIds(), ids);
    return GenerationResult.newBuilder()
        .setRequestId(request.getRequestId())
        .setPairId(request.getPairId())
        .setKind(request.getKind())
        .setSkill(request.getSkill())
        .setFinish(answer.ended() ? FinishReason.STOP : FinishReason.LENGTH)
        .setText(answer.text())
        .setTokenIds(ids)
        .setTokenizer(tokenizer.digest())
        .setModel(writer.name())
        .setOurs(true)
        .build();
  }

  private Answers answers(LanguageModel model) {
    return new Answers(model, tokenizer, template, ANSWER_TOKENS);
  }

  @Override
  public void close() {
    learner.close();
    tokenizer.close();
  }
}
