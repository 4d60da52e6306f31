package dev.alluvium.trainer.loop;

import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Judges;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.schemas.client.ClientListener;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.trainer.checkpoint.CheckpointStore;
import dev.alluvium.trainer.commit.TrainingLog;
import dev.alluvium.trainer.config.GateSettings;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.consume.MixerReports;
import dev.alluvium.trainer.consume.WindowReader;
import dev.alluvium.trainer.files.DigestMemory;
import dev.alluvium.trainer.gate.Budgets;
import dev.alluvium.trainer.gate.DivergenceCap;
import dev.alluvium.trainer.gate.Examination;
import dev.alluvium.trainer.gate.Gate;
import dev.alluvium.trainer.gate.ProbeScorer;
import dev.alluvium.trainer.gate.ProbeWriter;
import dev.alluvium.trainer.gate.WrittenQuestion;
import dev.alluvium.trainer.guard.ForgettingGauge;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.generate.GenerationSettings;
import dev.alluvium.trainer.release.ModelStore;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** The trainer process: wires the parts and runs the loop. */
public final class Trainer {
  /** Nobody goes for so long without a byte while writing a draft. */
  private static final Duration LONGEST_WRITE = Duration.ofHours(1);

  private Trainer() {}

  /**
   * Loads the base model, takes the lease and trains until told to stop. A companion begins once
   * the lease is taken and the state restored, and ends before this returns. With settings that the
   * last checkpoint does not fit it fails before it takes the lease from one that trains.
   *
   * @param judges who judges probes that are answered in writing
   * @param acceptsLoss whether to go on behind windows that were deleted before they were trained
   * @param status told how it gets on
   * @param clients told of the clients
   * @throws dev.alluvium.trainer.commit.FencedException when another trainer takes the lease
   * @throws LostWindowsException when such windows are not accepted
   * @throws IllegalStateException when the checkpoint does not fit, or when the companion fails;
   *     the trainer then stops as if told to
   */
  public static void run(
      TrainSettings settings,
      JudgeSettings judges,
      KafkaSettings kafka,
      Topics topics,
      BooleanSupplier stop,
      Optional<Companion> companion,
      boolean acceptsLoss,
      TrainerStatus status,
      ClientListener clients) {
    InstantSource clock = InstantSource.system();
    Path store = Path.of(settings.store()).resolve(topics.id("train"));
    int longest = Decoder.readSpec(Path.of(settings.model())).longest(settings.maxTokens());
    try (Tokenizer tokenizer = Tokenizer.load(Path.of(settings.model()));
        Learner learner = Learner.load(settings)) {
      CheckpointStore checkpoints = new CheckpointStore(store);
      Fit fit = fit(settings, learner);
      requireFit(TrainingLog.progress(kafka, topics), checkpoints, fit);
      try (TrainingLog log = new TrainingLog(kafka, topics, clock);
          WindowReader windows = new WindowReader(kafka, topics);
          CompanionThread beside = new CompanionThread(companion, learner.frozen(), stop)) {
        clients.opened(log::metrics);
        clients.opened(windows::metrics);
        PromptTemplate template = PromptTemplate.choose(tokenizer, settings.turns());
        ExampleTokenizer examples = new ExampleTokenizer(tokenizer, template, longest);
        ProbeScorer scorer = new ProbeScorer(settings.batchTokens());
        ProbeWriter writer = writer(settings.gate(), judges, tokenizer, template, examples);
        ModelStore models = new ModelStore(store);
        models.deleteDrafts(clock.instant().minus(LONGEST_WRITE));
        checkpoints.deleteDrafts(clock.instant().minus(LONGEST_WRITE));
        CycleEnd cycleEnd =
            new CycleEnd(
                new ProbeMeasurement(examples, scorer),
                new ForgettingGauge(
                    examples,
                    Conversations::ofProbe,
                    scorer,
                    settings.guard().gaugeTexts(),
                    drawing(settings, tokenizer, template),
                    settings.seed()),
                writer,
                examination(settings.gate(), writer::question, writer.how()),
                new DivergenceCap(settings.guard().mostDivergence()),
                models,
                settings.model(),
                clock);
        TrainingSession session =
            new TrainingSession(
                settings,
                new TrainerState(settings, learner, checkpoints, fit),
                new WindowTraining(settings, examples, clock),
                cycleEnd,
                Holder.here().toString(),
                clock);
        new TrainingLoop(
                settings,
                windows,
                log,
                session,
                models,
                new MixerReports(kafka, topics),
                acceptsLoss,
                status)
            .run(() -> stop.getAsBoolean() || beside.hasEnded(), beside::begin);
      }
    }
  }

  /** A misconfigured trainer must not take the lease from one that trains. */
  private static void requireFit(Optional<Progress> logged, CheckpointStore checkpoints, Fit fit) {
    logged
        .map(Progress::getCheckpoint)
        .ifPresent(name -> checkpoints.position(name).ifPresent(saved -> fit.require(name, saved)));
  }

  private static Fit fit(TrainSettings settings, Learner learner) {
    DigestMemory digests = DigestMemory.in(Path.of(settings.store()));
    Fit fit = learner.fit(digests);
    digests.keep();
    return fit;
  }

  /** The base model's own distribution: temperature 1 and nothing cut off. */
  private static GenerationSettings drawing(
      TrainSettings settings, Tokenizer tokenizer, PromptTemplate template) {
    return new GenerationSettings(
        settings.guard().gaugeTokens(),
        new GenerationSettings.Sampling(1, 0, 1),
        tokenizer.vocabularySize(),
        template.stopIds(),
        written -> false);
  }

  /**
   * Only exact judges are asked, which read texts: nothing opens the sandbox of these tools. Where
   * nobody is asked, classes of the settings need not be here.
   */
  private static ProbeWriter writer(
      GateSettings settings,
      JudgeSettings judges,
      Tokenizer tokenizer,
      PromptTemplate template,
      ExampleTokenizer examples) {
    JudgeSettings asked = settings.judgedProbes() == 0 ? JudgeSettings.DEFAULT : judges;
    return new ProbeWriter(
        tokenizer,
        template,
        examples,
        Conversations::ofProbe,
        new Judges(asked, new JudgeTools(asked.sandbox().toSandbox())),
        settings.answerTokens());
  }

  static Gate gate(GateSettings settings) {
    return new Gate(
        new Budgets(settings.perplexityBudget(), settings.cumulativeBudget()),
        new Budgets(settings.accuracyBudget(), settings.cumulativeAccuracyBudget()),
        settings.leastProbes(),
        settings.ignoresUnmeasured());
  }

  /** The gate, and how much is answered in writing before it is asked. */
  static Examination examination(
      GateSettings settings, Function<Probe, Optional<WrittenQuestion>> questions, String how) {
    return new Examination(
        gate(settings),
        questions,
        how,
        new Examination.Extent(
            settings.judgedProbes(), settings.fewestAnswers(), settings.leastProbes()),
        settings.againstBest());
  }
}
