package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.Example;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.batch.BatchAssembler;
import dev.alluvium.trainer.mixup.Halves;
import dev.alluvium.trainer.mixup.Mixing;
import dev.alluvium.trainer.mixup.Pairing;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.optim.LearningRate;
import dev.alluvium.trainer.step.StepReport;
import dev.alluvium.trainer.step.StepReport.Mixed;
import dev.alluvium.trainer.step.TrainingStep;
import dev.alluvium.trainer.text.TokenizedExample;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Trains one window: several passes over its examples, each in batches whose order depends only on
 * the seed, the window and the pass. The same state and the same window give the same weights.
 */
public final class WindowTrainer {
  /** So many steps without a finite gradient put a window into quarantine. */
  static final int MOST_SKIPPED_STEPS = 3;

  private final TrainingStep step;
  private final AdamW optimizer;
  private final LearningRate rate;
  private final BatchAssembler batches;
  private final Course course;

  /**
   * How a window is gone through.
   *
   * @param passes how often
   * @param accumulate batches in one optimizer step
   * @param seed of everything random
   * @param mixing how its examples are mixed; nothing if they are not
   */
  record Course(int passes, int accumulate, long seed, Optional<Mixing> mixing) {}

  WindowTrainer(
      TrainingStep step,
      AdamW optimizer,
      LearningRate rate,
      BatchAssembler batches,
      Course course) {
    this.step = step;
    this.optimizer = optimizer;
    this.rate = rate;
    this.batches = batches;
    this.course = course;
  }

  /**
   * What a window's training came to.
   *
   * @param lossFirst mean loss per trained token in the first pass, in nats; 0 where nothing could
   *     be trained
   * @param lossLast the same in the last pass
   * @param mixed what was mixed in the last pass
   * @param divergence mean KL from the base per trained token in the last pass, in nats; 0 where it
   *     is not minimised
   * @param skippedSteps steps without a finite gradient; they changed nothing
   * @param learningRate rate of the last step
   * @param end how it ended
   */
  record Trained(
      double lossFirst,
      double lossLast,
      Mixed mixed,
      double divergence,
      int skippedSteps,
      double learningRate,
      End end) {}

  /** How a window's training ended. */
  public enum End {
    /** All passes are done. */
    DONE,
    /** Too many steps, or all of them, gave no finite gradient; it goes into quarantine. */
    FAILED,
    /** Its loss stands out too far; it goes into quarantine. */
    LOSS_SPIKE,
    /** It moved the weights too far from the base model; it goes into quarantine. */
    TOO_FAR,
    /** Told to stop, or to leave it; the weights hold half a window and must be thrown away. */
    STOPPED
  }

  /** Trains the examples of a window; ends early once it has failed or is told to stop. */
  Trained train(long windowId, TokenizedWindow window, BooleanSupplier stop) {
    double first = 0;
    double last = 0;
    Mixed mixed = Mixed.NONE;
    double divergence = 0;
    int skipped = 0;
    int applied = 0;
    End end = End.DONE;
    for (int pass = 0; pass < course.passes() && end == End.DONE; pass++) {
      double nll = 0;
      long tokens = 0;
      mixed = Mixed.NONE;
      double apart = 0;
      Optional<Halves> halves = course.mixing().map(mix -> halves(window, mix));
      Optional<Pairing> pairing =
          course.mixing().flatMap(mix -> halves.map(known -> new Pairing(mix.mixture(), known)));
      List<Batch> all = batches(window, halves, seedOf(windowId, pass));
      for (int from = 0; from < all.size(); from += course.accumulate()) {
        int to = Math.min(all.size(), from + course.accumulate());
        List<Batch> together = all.subList(from, to);
        if (stop.getAsBoolean()) {
          end = End.STOPPED;
          break;
        }
        StepReport report = step.step(together, rate.at(optimizer.step()), pairing);
        if (report.skipped()) {
          skipped++;
          if (skipped == MOST_SKIPPED_STEPS) {
            end = End.FAILED;
            break;
          }
        } else {
          applied++;
          nll += report.nllSum();
          tokens += report.trainedTokens();
          mixed = mixed.plus(report.mixed());
          apart += report.divergenceSum();
        }
      }
      remember(window, mixed);
      last = tokens == 0 ? 0 : nll / tokens;
      divergence = tokens == 0 ? 0 : apart / tokens;
      first = pass == 0 ? last : first;
    }
    if (end == End.DONE && applied == 0 && skipped > 0) {
      end = End.FAILED;
    }
    double lastRate = rate.at(Math.max(0, optimizer.step() - 1));
    return new Trained(first, last, mixed, divergence, skipped, lastRate, end);
  }

  private static Halves halves(TokenizedWindow window, Mixing mixing) {
    List<Example> sources = window.sources();
    return Halves.of(
        mixing.mixture(),
        sources.stream().map(Example::getSkill).toList(),
        sources.stream().map(source -> mixing.confidences().of(source.getPairId())).toList());
  }

  private List<Batch> batches(TokenizedWindow window, Optional<Halves> halves, long seed) {
    List<TokenizedExample> examples = window.examples();
    return halves
        .map(known -> known.together(place -> examples.get(place).length()))
        .map(together -> batches.assemble(examples, together, seed))
        .orElseGet(() -> batches.assemble(examples, seed));
  }

  /** How well the examples of a pass are known by now; there are none where nothing is mixed. */
  private void remember(TokenizedWindow window, Mixed pass) {
    course
        .mixing()
        .map(Mixing::confidences)
        .ifPresent(
            known ->
                pass.examples()
                    .forEach(
                        (place, loss) -> known.saw(window.sources().get(place).getPairId(), loss)));
  }

  private long seedOf(long windowId, int pass) {
    return (course.seed() * 1_000_003 + windowId) * 31 + pass;
  }
}
