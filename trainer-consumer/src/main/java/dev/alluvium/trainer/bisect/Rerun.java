package dev.alluvium.trainer.bisect;

import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.gate.ProbeScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Goes through the windows one after the other and notes what each has done to the skill. */
final class Rerun {
  private final Question question;
  private final Retraining retraining;
  private final Supplier<ProbeScores> measured;
  private final Curve curve;
  private final List<WindowEffect> effects = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /**
   * From the good version on.
   *
   * @param measured the scores of the weights as they are
   */
  Rerun(Question question, Retraining retraining, Supplier<ProbeScores> measured, Curve curve) {
    this.question = question;
    this.retraining = retraining;
    this.measured = measured;
    this.curve = curve;
  }

  /** Notes what makes the result doubtful. */
  void warn(String warning) {
    warnings.add(warning);
  }

  /** Trains the next window and measures after it; returns whether the one after it can come. */
  boolean goesOn(Window window, Consumer<WindowEffect> each, BooleanSupplier stop) {
    KnownWindow known = Objects.requireNonNull(question.windows().get(window.id()));
    Retraining.Done done = retraining.train(window, known, stop);
    if (done.end() == Retraining.End.TRAINED) {
      WindowEffect effect = curve.after(window, done.untrained(), measured.get());
      effects.add(effect);
      each.accept(effect);
    } else if (done.end() == Retraining.End.FAILED) {
      warn(
          "window %d was trained before and gives no finite gradient now, such as on another machine: training again ended there"
              .formatted(window.id()));
    }
    return done.end() != Retraining.End.FAILED;
  }

  /**
   * All that was found.
   *
   * @param reproduced whether the weights are the bad version's; null when it did not come that far
   */
  Bisected result(@Nullable Boolean reproduced) {
    if (Boolean.FALSE.equals(reproduced)) {
      warn(
          "the weights after window %d are not those of %s: with its settings on such a processor they would be (train.threads, train.device); the perplexities are those of this training"
              .formatted(question.lastWindow(), question.bad().getVersion()));
    }
    return new Bisected(
        curve.good().byProbe().size(),
        curve.budget(),
        curve.perplexity(),
        effects,
        reproduced,
        warnings);
  }
}
