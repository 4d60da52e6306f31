package dev.alluvium.trainer.commit;

import dev.alluvium.schemas.avro.Answer;
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
 * @param changed older versions whose status is another from now on
 * @param reports one per trained window
 * @param deadLetters examples the model cannot take
 * @param answer what became of the order that this carries out, if there is one
 */
public record Commit(
    Progress progress,
    List<Outcome> outcomes,
    Optional<ModelVersion> version,
    List<ModelVersion> changed,
    List<TrainReport> reports,
    List<DeadLetter> deadLetters,
    Optional<Answer> answer) {
  /** Copies the lists. */
  public Commit {
    outcomes = List.copyOf(outcomes);
    changed = List.copyOf(changed);
    reports = List.copyOf(reports);
    deadLetters = List.copyOf(deadLetters);
  }

  /** Only the place in the stream. */
  public static Commit of(Progress progress) {
    return new Commit(
        progress, List.of(), Optional.empty(), List.of(), List.of(), List.of(), Optional.empty());
  }

  /** The same, and an answer with it. */
  public Commit answering(Answer given) {
    return new Commit(
        progress, outcomes, version, changed, reports, deadLetters, Optional.of(given));
  }
}
