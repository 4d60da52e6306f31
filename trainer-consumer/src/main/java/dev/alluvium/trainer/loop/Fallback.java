package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.trainer.checkpoint.Checkpoint;
import dev.alluvium.trainer.checkpoint.CheckpointStore;
import dev.alluvium.trainer.checkpoint.TrainingPosition;
import dev.alluvium.trainer.checkpoint.UnusableCheckpointException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the checkpoint to go on from: the one that the log names or, where it is damaged, the
 * newest older one that leads to the same state.
 *
 * @param checkpoints where they are
 * @param earliest the first offset that training.windows.v1 still has
 * @param settingsDigest of the settings that are in force now
 */
record Fallback(CheckpointStore checkpoints, long earliest, String settingsDigest) {
  private static final Logger log = LoggerFactory.getLogger(Fallback.class);

  /**
   * The choice.
   *
   * @param name the checkpoint that the log names
   * @throws LostStateException when there is none
   */
  Checkpoint choose(Progress progress, String name) {
    List<String> why = new ArrayList<>();
    try {
      return requireSamePlace(checkpoints.read(name), progress);
    } catch (UnusableCheckpointException e) {
      why.add(e.getMessage());
    }
    List<String> older = progress.getOlder();
    if (older.isEmpty()) {
      why.add("there is no older one of which the same windows and settings make that state");
    } else if (!progress.getSettingsDigest().equals(settingsDigest)) {
      why.add(
          "from the older ones %s training would come to other weights, because settings have changed since: bring those settings back"
              .formatted(older));
      older = List.of();
    }
    for (int i = older.size() - 1; i >= 0; i--) {
      try {
        Checkpoint one = checkpoints.read(older.get(i));
        if (one.position().nextOffset() >= earliest) {
          log.warn(
              "{}: training falls back to {} and trains windows {} to {} again",
              String.join("; ", why),
              one.name(),
              one.position().lastWindow() + 1,
              progress.getLastWindow());
          return one;
        }
        why.add(
            "checkpoint %s is whole, but the windows after it are deleted: training.windows.v1 begins at offset %d, expected %d"
                .formatted(one.name(), earliest, one.position().nextOffset()));
      } catch (UnusableCheckpointException e) {
        why.add(e.getMessage());
      }
    }
    throw new LostStateException(progress, why, checkpoints.directory(name));
  }

  /** Another trainer's log, or another copy of the store, would train windows twice or never. */
  private static Checkpoint requireSamePlace(Checkpoint named, Progress progress) {
    TrainingPosition position = named.position();
    if (position.nextOffset() != progress.getNextOffset()
        || position.lastWindow() != progress.getLastWindow()) {
      String why =
          "checkpoint %s stands at offset %d, after window %d; training.progress.v1 says offset %d, after window %d: they are not of the same training"
              .formatted(
                  named.name(),
                  position.nextOffset(),
                  position.lastWindow(),
                  progress.getNextOffset(),
                  progress.getLastWindow());
      throw new LostStateException(progress, List.of(why), named.directory());
    }
    return named;
  }
}
