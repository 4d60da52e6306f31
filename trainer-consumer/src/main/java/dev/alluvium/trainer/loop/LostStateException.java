package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.Progress;
import java.nio.file.Path;
import java.util.List;

/** No checkpoint is left that training could go on from, or return to. */
final class LostStateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what was tried and what to do.
   *
   * @param why one sentence for each checkpoint that was considered
   * @param directory where the checkpoint was that the log names
   */
  LostStateException(Progress progress, List<String> why, Path directory) {
    super(
        "training stands at window %d, and there is no checkpoint to go on from: %s. Bring %s back from a copy, or give `alluvium models rollback base`, or a promoted version in place of base: where its state is not whole, training restarts from its weights with fresh optimizer moments. A rollback puts the windows since into quarantine. Then start the trainer again"
            .formatted(progress.getLastWindow(), String.join("; ", why), directory));
  }

  /**
   * The gate wants to leave windows behind, and there is no state to return to.
   *
   * @param damages one sentence for each state
   */
  LostStateException(List<String> damages) {
    super(
        "the gate returns to a promoted version, but %s. Bring one of them back from a copy, or give `alluvium models rollback` with one of the promoted versions, to restart from its weights with fresh optimizer moments, or with base, which puts all windows into quarantine; then start the trainer again"
            .formatted(String.join("; ", damages)));
  }
}
