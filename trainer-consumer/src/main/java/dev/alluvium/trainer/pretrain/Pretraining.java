package dev.alluvium.trainer.pretrain;

import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.optim.LearningRate;
import dev.alluvium.trainer.step.StepReport;
import dev.alluvium.trainer.step.TrainingStep;
import dev.alluvium.trainer.text.Tokenizer;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Trains a base model from nothing, or goes on where an interrupted run stopped. */
public final class Pretraining {
  /** Steps between two progress reports. */
  private static final int REPORT_EVERY = 10;

  /** Consecutive steps without a finite gradient that end the run. */
  private static final int MAX_SKIPPED = 3;

  private final PretrainSettings settings;
  private final ProgressListener listener;
  private final BooleanSupplier stop;

  private Pretraining(PretrainSettings settings, ProgressListener listener, BooleanSupplier stop) {
    this.settings = settings;
    this.listener = listener;
    this.stop = stop;
  }

  /**
   * Learns a tokenizer if the output has none, trains, and writes the model directory; it is
   * written every {@code saveEvery}, so an early copy can be used while training goes on.
   *
   * @param stop asked before every step; told to stop, it writes where it is
   * @throws CancellationException when it was stopped
   */
  public static PretrainReport run(
      PretrainSettings settings, ProgressListener listener, BooleanSupplier stop) {
    return new Pretraining(settings, listener, stop).run();
  }

  /** The same to its end. */
  public static PretrainReport run(PretrainSettings settings, ProgressListener listener) {
    return run(settings, listener, () -> false);
  }

  private PretrainReport run() {
    long started = System.nanoTime();
    ModelDirectory output = new ModelDirectory(settings.output());
    try (Tokenizer tokenizer = output.tokenizer(settings.inputs(), settings.spec().vocab());
        TorchRuntime runtime = TorchRuntime.open(settings.compute());
        Decoder decoder = Decoder.initialise(settings.spec(), settings.seed(), runtime);
        AdamW optimizer =
            new AdamW(decoder.parameters(), settings.schedule().optimizer(), decoder.kernels())) {
      Corpus corpus = Corpus.read(settings, tokenizer);
      LanguageModel model = LanguageModel.base(decoder);
      HeldOut heldOut = new HeldOut(corpus.heldOut(), settings.schedule(), model);
      double before = heldOut.perplexity();
      InterruptedRun interrupted =
          new InterruptedRun(output.state(), optimizer, fingerprint(tokenizer, corpus));
      double after =
          train(
              new TrainingStep(model, optimizer, Normalise.TOKEN),
              order(corpus),
              heldOut,
              interrupted,
              () -> output.save(decoder, tokenizer, corpus.tokensBySource()));
      interrupted.forget();
      return new PretrainReport(
          decoder.parameters().count(),
          tokens(settings.schedule().steps()),
          (System.nanoTime() - started) / 1e9,
          before,
          after,
          heldOut.tokens(),
          corpus.skipped());
    }
  }

  private StepOrder order(Corpus corpus) {
    return settings.answersOnly()
        ? new SeparatePairs(corpus.trained(), settings.schedule(), settings.seed())
        : new JoinedTexts(corpus.trained(), settings.schedule(), settings.seed());
  }

  /** What must be equal for a run to go on where another stopped. */
  private String fingerprint(Tokenizer tokenizer, Corpus corpus) {
    return String.join(
        " ",
        settings.spec().toString(),
        settings.schedule().toString(),
        settings.answersOnly() ? "answers only" : "all tokens",
        "seed " + settings.seed(),
        "tokenizer " + tokenizer.digest(),
        "tokens " + corpus.tokensBySource());
  }

  private double train(
      TrainingStep training,
      StepOrder order,
      HeldOut heldOut,
      InterruptedRun interrupted,
      Runnable save) {
    Schedule schedule = settings.schedule();
    LearningRate rate = schedule.learningRate();
    long saved = System.nanoTime();
    Meter meter = new Meter();
    int skipped = 0;
    for (long step = interrupted.step(); step < schedule.steps(); step++) {
      if (stop.getAsBoolean()) {
        interrupted.save(step);
        throw new CancellationException(
            "stopped before step %d of %d; the same command goes on from there"
                .formatted(step + 1, schedule.steps()));
      }
      meter.start();
      List<Batch> batches = order.batches(step);
      StepReport report = training.step(batches, rate.at(step));
      meter.stop(batches, report);
      skipped = report.skipped() ? skipped + 1 : 0;
      if (skipped == MAX_SKIPPED) {
        throw new IllegalStateException(
            "pretraining: "
                + MAX_SKIPPED
                + " steps in a row without a finite gradient, the last was step "
                + step
                + ": lower the learning rate");
      }
      if (step + 1 == schedule.steps()) {
        break;
      }
      if (System.nanoTime() - saved >= settings.saveEvery().toNanos()) {
        interrupted.save(step + 1);
        save.run();
        report(step + 1, meter, OptionalDouble.of(heldOut.perplexity()));
        saved = System.nanoTime();
      } else if ((step + 1) % REPORT_EVERY == 0) {
        report(step + 1, meter, OptionalDouble.empty());
      }
    }
    save.run();
    double perplexity = heldOut.perplexity();
    report(schedule.steps(), meter, OptionalDouble.of(perplexity));
    return perplexity;
  }

  private void report(long step, Meter meter, OptionalDouble perplexity) {
    Schedule schedule = settings.schedule();
    listener.onProgress(
        new PretrainProgress(
            step,
            schedule.steps(),
            tokens(step),
            meter.tokensPerSecond(),
            meter.loss(),
            perplexity));
    meter.reset();
  }

  private long tokens(long steps) {
    return steps * settings.schedule().stepTokensUsed();
  }

  /** Loss and speed since the last report. */
  private static final class Meter {
    private long startedAt;
    private long nanos;
    private double nll;
    private long trained;
    private long tokens;

    void start() {
      startedAt = System.nanoTime();
    }

    void stop(List<Batch> batches, StepReport report) {
      nanos += System.nanoTime() - startedAt;
      nll += report.nllSum();
      trained += report.trainedTokens();
      tokens += batches.stream().mapToLong(Batch::tokens).sum();
    }

    double loss() {
      return trained == 0 ? Double.NaN : nll / trained;
    }

    double tokensPerSecond() {
      return tokens == 0 ? 0 : tokens / (nanos / 1e9);
    }

    void reset() {
      nanos = 0;
      nll = 0;
      trained = 0;
      tokens = 0;
    }
  }
}
