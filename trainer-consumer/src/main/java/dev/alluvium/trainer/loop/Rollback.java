package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.VersionStatus;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.LongStream;

/** What a return to an older state tells the others: windows and versions that are left behind. */
final class Rollback {
  /** Most windows that one rollback puts into quarantine: as far back as the mixer remembers. */
  static final int MOST_WINDOWS = 10_000;

  private Rollback() {}

  /**
   * One outcome for every window that is left behind.
   *
   * @param kept the last window that stays in the weights
   * @param last the last window read
   */
  static List<Outcome> outcomes(long kept, long last, String checkpoint) {
    return LongStream.rangeClosed(Math.max(kept, last - MOST_WINDOWS) + 1, last)
        .mapToObj(window -> quarantined(window, 0, checkpoint))
        .toList();
  }

  /**
   * The outcome of a window that is in no surviving weights.
   *
   * @param examples how many it has; 0 when a rollback does not know any more
   */
  static Outcome quarantined(long window, int examples, String checkpoint) {
    return Outcome.newBuilder()
        .setWindowId(window)
        .setStatus(OutcomeStatus.QUARANTINED)
        .setCheckpoint(checkpoint)
        .setExamples(examples)
        .setTokens(Map.of())
        .build();
  }

  /** The versions that learnt from such windows, with their new status. */
  static List<ModelVersion> leftBehind(SortedMap<String, ModelVersion> versions, long kept) {
    return versions.values().stream()
        .filter(version -> version.getLastWindow() > kept)
        .filter(version -> version.getStatus() != VersionStatus.ROLLED_BACK)
        .map(
            version ->
                ModelVersion.newBuilder(version)
                    .setStatus(VersionStatus.ROLLED_BACK)
                    .setReason("training returned to window " + kept)
                    .build())
        .toList();
  }
}
