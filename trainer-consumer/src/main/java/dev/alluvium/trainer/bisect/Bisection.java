package dev.alluvium.trainer.bisect;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.trainer.checkpoint.Checkpoint;
import dev.alluvium.trainer.checkpoint.TrainingPosition;
import dev.alluvium.trainer.config.GateSettings;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.consume.WindowReader;
import dev.alluvium.trainer.files.DigestMemory;
import dev.alluvium.trainer.gate.ProbeScorer;
import dev.alluvium.trainer.gate.ProbeScorer.TokenizedProbe;
import dev.alluvium.trainer.gate.ProbeScores;
import dev.alluvium.trainer.guard.GuardMemory;
import dev.alluvium.trainer.loop.Fit;
import dev.alluvium.trainer.loop.Learner;
import dev.alluvium.trainer.loop.ProbeMeasurement;
import dev.alluvium.trainer.loop.WindowGuards;
import dev.alluvium.trainer.loop.WindowTraining;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.release.Manifest;
import dev.alluvium.trainer.release.ModelStore;
import dev.alluvium.trainer.release.WeightsDigest;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Finds the window that broke a skill: trains the windows between two versions again, one by one,
 * and measures the skill's probes after each. Takes no lease and writes nothing but scratch files,
 * so it may run beside a trainer.
 *
 * @param settings those of the trainer
 * @param kafka where the windows are
 * @param topics the catalogue
 * @param states the states of versions
 * @param scratch an empty directory; the caller deletes it
 */
public record Bisection(
    TrainSettings settings, KafkaSettings kafka, Topics topics, SavedStates states, Path scratch) {

  /**
   * Answers a question.
   *
   * @param good the good version's state; nothing for the base model
   * @param each told every window as soon as it is measured
   * @param stop asked before every step
   * @throws CannotBisectException when windows or probes are not there, or the state does not fit
   * @throws java.util.concurrent.CancellationException when told to stop
   */
  public Bisected run(
      Question question,
      Optional<Checkpoint> good,
      Consumer<WindowEffect> each,
      BooleanSupplier stop) {
    try (WindowReader reader = new WindowReader(kafka, topics)) {
      RecordedWindows windows =
          new RecordedWindows(
              reader, offset(question, good), question.firstWindow(), question.lastWindow());
      SkillProbes probes = SkillProbes.of(question, good, windows, stop);
      try (Tokenizer tokenizer = Tokenizer.load(Path.of(settings.model()));
          Learner learner = Learner.load(settings)) {
        Fit fit = learner.fit(DigestMemory.in(Path.of(settings.store()))); // nothing is kept there
        manifest(question.bad())
            .flatMap(bad -> bad.otherBase(Path.of(settings.model()), fit.baseDigest()))
            .ifPresent(
                other -> {
                  throw new CannotBisectException(other);
                });
        good.ifPresent(state -> restore(learner, fit, state));
        ExampleTokenizer examples = examples(tokenizer);
        Supplier<ProbeScores> measured = measured(probes, examples, learner, stop);
        Curve curve = new Curve(question.skill(), measured.get(), budget(question));
        Retraining retraining = retraining(question, good, learner, examples);
        Rerun rerun = new Rerun(question, retraining, measured, curve);
        otherSettings(question, good).ifPresent(rerun::warn);
        boolean whole = windows.each(window -> rerun.goesOn(window, each, stop), stop);
        return rerun.result(whole ? (Boolean) isReproduced(learner, question.bad()) : null);
      }
    }
  }

  /** Measures the learner as it is, by the same probes every time. */
  private Supplier<ProbeScores> measured(
      SkillProbes probes, ExampleTokenizer examples, Learner learner, BooleanSupplier stop) {
    ProbeMeasurement measurement =
        new ProbeMeasurement(examples, new ProbeScorer(settings.batchTokens()));
    List<TokenizedProbe> chosen =
        probes.chosen(measurement.tokenize(probes.all()), settings.gate().leastProbes());
    return () -> measurement.score(learner.model(), chosen, stop);
  }

  /** Where the window after the good version is, or a place before it. */
  private static long offset(Question question, Optional<Checkpoint> good) {
    Optional<Long> after =
        good.map(Checkpoint::position)
            .filter(position -> position.lastWindow() == question.firstWindow() - 1)
            .map(TrainingPosition::nextOffset);
    return after
        .or(() -> question.good().flatMap(Bisection::manifest).map(Manifest::nextOffset))
        .orElse(0L);
  }

  private static Optional<Manifest> manifest(ModelVersion version) {
    try {
      return Optional.of(ModelStore.manifest(Path.of(version.getPath())));
    } catch (IOException e) {
      return Optional.empty(); // kept no more (train.keep.versions)
    }
  }

  private static void restore(Learner learner, Fit fit, Checkpoint state) {
    fit.misfit(state.name(), state.position())
        .ifPresent(
            misfit -> {
              throw new CannotBisectException(misfit);
            });
    if (!Files.exists(state.state())) {
      throw new CannotBisectException(
          "checkpoint %s has just been deleted by the trainer, which keeps others now: ask again"
              .formatted(state.name()));
    }
    learner.restore(state.state());
  }

  private ExampleTokenizer examples(Tokenizer tokenizer) {
    int longest = Decoder.readSpec(Path.of(settings.model())).longest(settings.maxTokens());
    return new ExampleTokenizer(
        tokenizer, PromptTemplate.choose(tokenizer, settings.turns()), longest);
  }

  private Retraining retraining(
      Question question, Optional<Checkpoint> good, Learner learner, ExampleTokenizer examples) {
    return new Retraining(
        learner,
        new WindowTraining(settings, examples, InstantSource.system()),
        new WindowGuards(settings.guard().lossSpike()),
        states.leftBehindBefore(question.bad()),
        good.map(state -> state.position().guards()).orElse(GuardMemory.none()),
        scratch);
  }

  /**
   * The gate's. The first version is held against the base model by both budgets, of which this is
   * the smaller as a rule.
   */
  private double budget(Question question) {
    boolean cumulative = question.good().isEmpty() && question.bad().getParent() != null;
    GateSettings gate = settings.gate();
    return cumulative ? gate.cumulativeBudget() : gate.perplexityBudget();
  }

  private Optional<String> otherSettings(Question question, Optional<Checkpoint> good) {
    return manifest(question.bad())
        .map(Manifest::settingsDigest)
        .or(() -> good.map(state -> state.position().settingsDigest()))
        .filter(digest -> !digest.equals(settings.digest()))
        .map(
            digest ->
                "the settings that shape the weights (train.*) are not those that %s was trained with: bring those back, or take the perplexities as what these make of the windows"
                    .formatted(question.bad().getVersion()));
  }

  private boolean isReproduced(Learner learner, ModelVersion version) {
    Path weights = scratch.resolve("weights");
    try {
      learner.export(Files.createDirectories(weights));
      return WeightsDigest.of(weights).equals(version.getDigest());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the weights to " + weights, e);
    }
  }
}
