package dev.alluvium.cli.verify;

import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.trainer.checkpoint.Checkpoint;
import dev.alluvium.trainer.checkpoint.CheckpointStore;
import dev.alluvium.trainer.checkpoint.TrainingPosition;
import dev.alluvium.trainer.checkpoint.UnusableCheckpointException;
import dev.alluvium.trainer.config.KeepSettings;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Progress against outcomes, windows and the files that a trainer would go on from or return to.
 */
final class ProgressCheck {
  private final CheckpointStore checkpoints;
  private final KeepSettings keep;
  private final List<Difference> differences = new ArrayList<>();

  /**
   * A check of a store.
   *
   * @param keep what the trainer is told to keep
   */
  ProgressCheck(CheckpointStore checkpoints, KeepSettings keep) {
    this.checkpoints = checkpoints;
    this.keep = keep;
  }

  /**
   * What is wrong.
   *
   * @param progress the last word of training.progress.v1; empty before the first
   * @param newestOutcome the newest window with an outcome; 0 before the first
   * @param ends offsets after the last window; empty when they are not known any more
   */
  List<Difference> differences(
      Optional<Progress> progress, long newestOutcome, Optional<Set<Long>> ends) {
    long last = progress.map(Progress::getLastWindow).orElse(0L);
    if (last != newestOutcome) {
      differ(Kind.PROGRESS_WINDOW, "training.progress.v1", newestOutcome, last);
    }
    if (progress.isPresent()) {
      long next = progress.get().getNextOffset();
      if (ends.isPresent() && !ends.get().contains(next)) {
        differ(
            Kind.PROGRESS_OFFSET,
            "training.progress.v1",
            "one of %s, after window %d".formatted(ends.get(), last),
            next);
      }
      checkpoint(progress.get());
    }
    return List.copyOf(differences);
  }

  private void checkpoint(Progress progress) {
    String name = progress.getCheckpoint();
    if (name == null) {
      if (progress.getLastWindow() > 0) {
        differ(Kind.CHECKPOINT_UNREADABLE, "training.progress.v1", "a checkpoint", "none");
      }
      return;
    }
    Optional<Checkpoint> read = read(name);
    if (read.isEmpty()) {
      return;
    }
    TrainingPosition position = read.get().position();
    compare(name, "offset", progress.getNextOffset(), position.nextOffset());
    compare(name, "window", progress.getLastWindow(), position.lastWindow());
    compare(
        name,
        "version",
        String.valueOf(progress.getVersion()),
        String.valueOf(position.promoted()));
    Set<String> others =
        new TreeSet<>(
            position.goingOnFrom(name, keep.checkpoints(), keep.promoted()).returnPoints());
    others.addAll(progress.getOlder());
    others.remove(name);
    others.forEach(this::read);
  }

  private Optional<Checkpoint> read(String name) {
    try {
      return Optional.of(checkpoints.read(name));
    } catch (UnusableCheckpointException | UncheckedIOException e) {
      differ(Kind.CHECKPOINT_UNREADABLE, name, "a whole checkpoint", e.getMessage());
      return Optional.empty();
    }
  }

  private void compare(String name, String what, Object expected, Object found) {
    if (!expected.equals(found)) {
      differ(Kind.CHECKPOINT_POSITION, name, what + " " + expected, what + " " + found);
    }
  }

  private void differ(Kind kind, String where, Object expected, @Nullable Object found) {
    differences.add(Difference.of(kind, where, expected, found));
  }
}
