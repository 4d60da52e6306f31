package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.trainer.checkpoint.CheckpointStore;
import dev.alluvium.trainer.commit.TrainingLog;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.config.TrainSettings.GateSettings;
import dev.alluvium.trainer.consume.WindowReader;
import dev.alluvium.trainer.gate.Gate;
import dev.alluvium.trainer.gate.ProbeScorer;
import dev.alluvium.trainer.guard.ForgettingGauge;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.generate.GenerationSettings;
import dev.alluvium.trainer.release.ModelStore;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.PromptTemplate;
import dev.alluvium.trainer.text.Tokenizer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The trainer process: wires the parts and runs the loop. */
public final class Trainer {
  /** Nobody goes for so long without a byte while writing a draft. */
  private static final Duration LONGEST_WRITE = Duration.ofHours(1);

  private Trainer() {}

  /**
   * Loads the base model, takes the lease and trains until told to stop. A companion begins once
   * the lease is taken and ends before this returns.
   *
   * @throws dev.alluvium.trainer.commit.FencedException when another trainer takes the lease
   * @throws IllegalStateException when the companion fails; the trainer then stops as if told to
   */
  public static void run(
      TrainSettings settings,
      KafkaSettings kafka,
      Topics topics,
      BooleanSupplier stop,
      Optional<Companion> companion) {
    InstantSource clock = InstantSource.system();
    Path store = Path.of(settings.store()).resolve(topics.id("train"));
    int longest = Decoder.readSpec(Path.of(settings.model())).longest(settings.maxTokens());
    try (Tokenizer tokenizer = Tokenizer.load(Path.of(settings.model()));
        Learner learner = Learner.load(settings);
        TrainingLog log = new TrainingLog(kafka, topics, clock);
        WindowReader windows = new WindowReader(kafka, topics);
        CompanionThread beside = new CompanionThread(companion, learner.frozen(), stop)) {
      PromptTemplate template = PromptTemplate.choose(tokenizer, settings.turns());
      ExampleTokenizer examples = new ExampleTokenizer(tokenizer, template, longest);
      ProbeScorer scorer = new ProbeScorer(settings.batchTokens());
      ModelStore models = new ModelStore(store);
      CheckpointStore checkpoints = new CheckpointStore(store);
      models.deleteDrafts(clock.instant().minus(LONGEST_WRITE));
      checkpoints.deleteDrafts(clock.instant().minus(LONGEST_WRITE));
      CycleEnd cycleEnd =
          new CycleEnd(
              new ProbeMeasurement(examples, scorer),
              new ForgettingGauge(
                  examples,
                  probe -> Conversations.of(probe.getPrompt(), Conversations.PROBE_TIME),
                  scorer,
                  settings.guard().gaugeTexts(),
                  drawing(settings, tokenizer, template),
                  settings.seed()),
              gate(settings.gate()),
              models,
              settings.model(),
              clock);
      TrainingSession session =
          new TrainingSession(
              settings,
              new TrainerState(settings, learner, checkpoints),
              new WindowTraining(settings, examples, clock),
              cycleEnd,
              holder(),
              clock);
      new TrainingLoop(settings, windows, log, session, models)
          .run(() -> stop.getAsBoolean() || beside.hasEnded());
    }
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

  static Gate gate(GateSettings settings) {
    return new Gate(
        settings.perplexityBudget(),
        settings.cumulativeBudget(),
        settings.leastProbes(),
        settings.ignoresUnmeasured());
  }

  private static String holder() {
    try {
      return InetAddress.getLocalHost().getHostName() + ":" + ProcessHandle.current().pid();
    } catch (UnknownHostException e) {
      return "unknown:" + ProcessHandle.current().pid();
    }
  }
}
