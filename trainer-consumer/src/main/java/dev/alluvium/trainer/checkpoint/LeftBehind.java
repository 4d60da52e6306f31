package dev.alluvium.trainer.checkpoint;

import dev.alluvium.schemas.avro.Example;
import dev.alluvium.trainer.release.ModelStore;
import java.util.Optional;

/**
 * What one rollback has left behind for good: windows and versions, first and last included. A
 * window that was written before the rollback, and is read after it, may still hold something of
 * them.
 */
public record LeftBehind(long firstWindow, long lastWindow, int firstVersion, int lastVersion) {
  /** What a return to a saved position, or to the base model, leaves behind. */
  static LeftBehind since(long savedWindow, int savedVersions, TrainingPosition now) {
    return new LeftBehind(savedWindow + 1, now.lastWindow(), savedVersions + 1, now.versions());
  }

  /** Says what an example has of it: a replayed text, or words of a version; nothing if neither. */
  public Optional<String> foundIn(Example example) {
    Long replayOf = example.getReplayOf();
    if (replayOf != null && firstWindow <= replayOf && replayOf <= lastWindow) {
      return Optional.of("it replays window %d, which training left behind".formatted(replayOf));
    }
    return Optional.ofNullable(example.getTarget().getModelVersion())
        .filter(this::isVersion)
        .map("its text is by %s, which training left behind"::formatted);
  }

  /** Names that are no version's, such as base or those of other servers' models, are not meant. */
  private boolean isVersion(String author) {
    if (!ModelStore.isName(author)) {
      return false;
    }
    long number = ModelStore.number(author);
    return firstVersion <= number && number <= lastVersion;
  }
}
