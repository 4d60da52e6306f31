package dev.alluvium.trainer.commit;

import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.schemas.avro.TrainReport;
import java.util.List;
import java.util.Optional;

/**
 * Everything that becomes true at once.
 *
 * @param progress where training stands afterwards
 * @param outcomes what became of the windows since the last commit
 * @param version the version made at the end of a cycle, if one ended
 * @param reports one per trained window
 * @param deadLetters examples the model cannot take
 */
public record Commit(
    Progress progress,
    List<Outcome> outcomes,
    Optional<ModelVersion> version,
    List<TrainReport> reports,
    List<DeadLetter> deadLetters) {
  /** Copies the lists. */
  public Commit {
    outcomes = List.copyOf(outcomes);
    reports = List.copyOf(reports);
    deadLetters = List.copyOf(deadLetters);
  }

  /** Only the place in the stream. */
  public static Commit of(Progress progress) {
    return new Commit(progress, List.of(), Optional.empty(), List.of(), List.of());
  }
}
