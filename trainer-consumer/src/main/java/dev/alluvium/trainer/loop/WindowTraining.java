package dev.alluvium.trainer.loop;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.trainer.batch.BatchAssembler;
import dev.alluvium.trainer.checkpoint.LeftBehind;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.loop.WindowTrainer.Trained;
import dev.alluvium.trainer.mixup.Confidences;
import dev.alluvium.trainer.optim.LearningRate;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.RefusedText;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** From a window to changed weights, and the books of it: report, outcome, dead letters. */
public final class WindowTraining {
  private static final AvroSerde<Example> EXAMPLES =
      AvroSerde.of(Example.class, SchemaHistory.store());

  private final TrainSettings settings;
  private final ExampleTokenizer tokenizer;
  private final InstantSource clock;

  /** Training by settings; the clock dates the books. */
  public WindowTraining(TrainSettings settings, ExampleTokenizer tokenizer, InstantSource clock) {
    this.settings = settings;
    this.tokenizer = tokenizer;
    this.clock = clock;
  }

  /**
   * The books of a trained window.
   *
   * @param report for people
   * @param refused places in the window of the examples that are not trained
   * @param erased those of them whose pairs were erased, in order
   * @param deadLetters one for each that is not trained
   * @param end how it ended
   */
  public record Books(
      TrainReport report,
      List<Integer> refused,
      List<Integer> erased,
      List<DeadLetter> deadLetters,
      WindowTrainer.End end) {
    /** The outcome, once the checkpoint that holds the result is written. */
    Outcome outcome(String checkpoint) {
      return Outcome.newBuilder()
          .setWindowId(report.getWindowId())
          .setStatus(OutcomeStatus.TRAINED)
          .setCheckpoint(checkpoint)
          .setExamples(report.getExamples())
          .setRefused(refused)
          .setTokens(report.getTokens())
          .build();
    }
  }

  /**
   * Trains a window, except what it holds of what rollbacks have left behind.
   *
   * @param erased places in it of examples whose pairs were erased; they are not trained either
   */
  public Books train(
      Window window,
      Learner learner,
      List<LeftBehind> leftBehind,
      SortedSet<Integer> erased,
      BooleanSupplier stop) {
    long begin = System.nanoTime();
    TokenizedWindow tokenized = TokenizedWindow.of(window, tokenizer, leftBehind, erased);
    WindowTrainer trainer =
        new WindowTrainer(
            learner.step(),
            learner.optimizer(),
            LearningRate.constant(settings.learningRate(), settings.warmupSteps()),
            new BatchAssembler(settings.batchTokens()),
            new WindowTrainer.Course(
                settings.passesPerWindow(),
                settings.accumulate(),
                settings.seed(),
                learner.mixing()));
    Trained trained = trainer.train(window.id(), tokenized, stop);
    TrainReport report =
        TrainReport.newBuilder()
            .setWindowId(window.id())
            .setExamples(window.examples().size())
            .setTokens(tokenized.tokens())
            .setLossFirst(trained.lossFirst())
            .setLossLast(trained.lossLast())
            .setSteps(learner.optimizer().step())
            .setSkippedSteps(trained.skippedSteps())
            .setRefused(tokenized.refused().size())
            .setMillis(Duration.ofNanos(System.nanoTime() - begin).toMillis())
            .setLearningRate(trained.learningRate())
            .setOrigins(origins(window))
            .setMixedPairs(trained.mixed().pairs())
            .setMixedTokens(trained.mixed().tokens())
            .setMixLoss(trained.mixed().pairs() == 0 ? null : trained.mixed().meanLoss())
            .setDivergence(settings.klWeight() == 0 ? null : trained.divergence())
            .setConfidenceSpread(
                learner
                    .mixing()
                    .map(mix -> spread(tokenized.sources(), mix.confidences()))
                    .orElse(Map.of()))
            .build();
    List<DeadLetter> letters = tokenized.refused().stream().map(this::deadLetter).toList();
    List<Integer> refused =
        tokenized.refused().stream().map(one -> one.example().getIndex()).toList();
    return new Books(report, refused, List.copyOf(erased), letters, trained.end());
  }

  private static Map<String, Map<String, Long>> origins(Window window) {
    Map<String, Map<String, Long>> origins = new TreeMap<>();
    for (Example example : window.examples()) {
      origins
          .computeIfAbsent(example.getSkill(), skill -> new TreeMap<>())
          .merge(example.getTarget().getOrigin().name(), 1L, Long::sum);
    }
    return origins;
  }

  private static Map<String, Double> spread(List<Example> examples, Confidences confidences) {
    Map<String, List<String>> skills = new TreeMap<>();
    for (Example example : examples) {
      skills
          .computeIfAbsent(example.getSkill(), skill -> new ArrayList<>())
          .add(example.getPairId());
    }
    Map<String, Double> spread = new TreeMap<>();
    skills.forEach((skill, pairs) -> spread.put(skill, confidences.spread(pairs)));
    return spread;
  }

  /** Of an erased pair the letter has the id and the place, not the words. */
  private DeadLetter deadLetter(TokenizedWindow.Refused refused) {
    Instant now = clock.instant();
    Example example = refused.example();
    boolean erased = refused.why().reason() == RefusedText.Reason.ERASED;
    return DeadLetter.newBuilder()
        .setStage("train")
        .setReason(refused.why().reason().name().toLowerCase(Locale.ROOT))
        .setDetail(
            "example of window %d: %s".formatted(example.getWindowId(), refused.why().detail()))
        .setSource(example.getPosition())
        .setKey(ByteBuffer.wrap(example.getPairId().getBytes(UTF_8)))
        .setValue(erased ? null : ByteBuffer.wrap(EXAMPLES.toBytes(example)))
        .setTime(now)
        .build();
  }
}
