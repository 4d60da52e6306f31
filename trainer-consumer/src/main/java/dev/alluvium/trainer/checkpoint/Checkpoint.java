package dev.alluvium.trainer.checkpoint;

import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.trainer.gate.Anchors;
import dev.alluvium.trainer.gate.WrittenAnswers;
import dev.alluvium.trainer.guard.GaugeTexts;
import java.nio.file.Path;
import java.util.List;

/**
 * A complete training state on disk.
 *
 * @param name directory name, unique
 * @param directory where it is
 * @param position where training stood
 * @param probes every probe so far
 * @param anchors how base model and promoted versions rated them
 * @param gauge the texts of the forgetting gauge
 * @param answers what base model and last promoted version answered in writing
 */
public record Checkpoint(
    String name,
    Path directory,
    TrainingPosition position,
    List<Probe> probes,
    Anchors anchors,
    GaugeTexts gauge,
    WrittenAnswers answers) {

  /** File with the trained and the optimizer's arrays. */
  public Path state() {
    return directory.resolve(CheckpointStore.STATE_FILE);
  }
}
