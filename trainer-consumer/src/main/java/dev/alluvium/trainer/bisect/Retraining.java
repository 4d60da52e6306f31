package dev.alluvium.trainer.bisect;

import dev.alluvium.trainer.bisect.KnownWindow.Past;
import dev.alluvium.trainer.checkpoint.LeftBehind;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.guard.GuardMemory;
import dev.alluvium.trainer.loop.Learner;
import dev.alluvium.trainer.loop.WindowGuards;
import dev.alluvium.trainer.loop.WindowTrainer;
import dev.alluvium.trainer.loop.WindowTraining;
import dev.alluvium.trainer.loop.WindowTraining.Books;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Trains recorded windows as the trainer did and, where the ledger does not say whether it counted,
 * decides like the trainer's guards. Owned by one thread.
 */
final class Retraining {
  private final Learner learner;
  private final WindowTraining training;
  private final WindowGuards guards;
  private final List<LeftBehind> leftBehind;
  private final Path before;
  private GuardMemory memory;

  /**
   * From the state that the learner has.
   *
   * @param leftBehind what rollbacks had left behind by then
   * @param memory what the guards remembered then
   * @param scratch a directory for the state to return to
   */
  Retraining(
      Learner learner,
      WindowTraining training,
      WindowGuards guards,
      List<LeftBehind> leftBehind,
      GuardMemory memory,
      Path scratch) {
    this.learner = learner;
    this.training = training;
    this.guards = guards;
    this.leftBehind = leftBehind;
    this.memory = memory;
    this.before = scratch.resolve("before.safetensors");
  }

  /** How it went with a window. */
  enum End {
    /** It is in the weights. */
    TRAINED,
    /** It is not, nor was it in the version's. */
    PASSED_OVER,
    /** It was in the version's weights and gives no finite gradient now. */
    FAILED
  }

  /**
   * A window that was gone through.
   *
   * @param untrained places of the examples that were not trained
   */
  record Done(End end, List<Integer> untrained) {}

  /**
   * Trains a window, or passes it over as it was.
   *
   * @throws CancellationException when told to stop; the weights hold half a window then
   */
  Done train(Window window, KnownWindow known, BooleanSupplier stop) {
    boolean untold = known.past() == Past.UNTOLD;
    if (untold) {
      learner.save(before);
    } else if (known.past() != Past.TRAINED) {
      // The ledger does not say why: mostly, because its loss spiked.
      return passOver(known.past() == Past.PASSED_OVER);
    }
    Books books = training.train(window, learner, leftBehind, known.untrained(), stop);
    WindowTrainer.End end = untold ? guards.end(window, books, memory) : books.end();
    return switch (end) {
      case DONE -> {
        memory = WindowGuards.after(window, books, memory);
        yield new Done(End.TRAINED, books.refused());
      }
      case FAILED, LOSS_SPIKE, TOO_FAR -> {
        if (untold) {
          learner.restore(before);
          yield passOver(end == WindowTrainer.End.LOSS_SPIKE);
        }
        yield new Done(End.FAILED, books.refused());
      }
      case STOPPED -> throw new CancellationException("told to stop in window " + window.id());
    };
  }

  private Done passOver(boolean spiked) {
    if (spiked) {
      memory = new GuardMemory(memory.losses().passingOver(), memory.transfer());
    }
    return new Done(End.PASSED_OVER, List.of());
  }
}
