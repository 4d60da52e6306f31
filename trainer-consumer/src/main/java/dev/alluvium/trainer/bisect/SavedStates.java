package dev.alluvium.trainer.bisect;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.trainer.checkpoint.Checkpoint;
import dev.alluvium.trainer.checkpoint.CheckpointStore;
import dev.alluvium.trainer.checkpoint.LeftBehind;
import dev.alluvium.trainer.checkpoint.TrainingPosition;
import dev.alluvium.trainer.checkpoint.UnusableCheckpointException;
import dev.alluvium.trainer.release.ModelStore;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The training states of versions, as far as a namespace's checkpoints still have them. */
public final class SavedStates {
  private final CheckpointStore checkpoints;
  private final Set<String> named = new LinkedHashSet<>();

  /**
   * Those that the log names: a store may also have what belongs to another log.
   *
   * @param progress where training stands; nothing before the first commit
   */
  public SavedStates(CheckpointStore checkpoints, Optional<Progress> progress) {
    this.checkpoints = checkpoints;
    progress.ifPresent(
        logged -> {
          named.addAll(logged.getOlder());
          Optional.ofNullable(logged.getCheckpoint())
              .ifPresent(
                  newest -> {
                    named.add(newest);
                    checkpoints.position(newest).ifPresent(this::takeNames);
                  });
        });
  }

  private void takeNames(TrainingPosition newest) {
    named.addAll(newest.returnPoints());
    named.addAll(newest.recent());
  }

  /**
   * The whole state of a version from which a later one was trained: its own checkpoint, or that of
   * a return to it, which holds the same bits. After a restart from its weights alone it is the
   * state of the restart.
   */
  public Optional<Checkpoint> of(ModelVersion version, ModelVersion later) {
    Long restarted = version.getRestartedAfter();
    boolean afterRestart = restarted != null && later.getFirstWindow() > restarted;
    return Stream.concat(Stream.of(version.getCheckpoint()), named.stream())
        .distinct()
        .filter(
            name ->
                checkpoints
                    .position(name)
                    .filter(state -> state.restart() == afterRestart && holds(state, version))
                    .isPresent())
        .flatMap(name -> whole(name).stream())
        .findFirst();
  }

  /** What rollbacks had left behind before a version was trained, as far as a checkpoint tells. */
  List<LeftBehind> leftBehindBefore(ModelVersion version) {
    return named.stream()
        .flatMap(name -> checkpoints.position(name).stream())
        .flatMap(state -> state.leftBehind().stream())
        .filter(left -> left.lastWindow() < version.getFirstWindow())
        .distinct()
        .toList();
  }

  /** A version that was left behind at once names the checkpoint that training returned to. */
  private static boolean holds(TrainingPosition state, ModelVersion version) {
    return state.returnPoint()
        ? version.getVersion().equals(state.promoted())
        : state.versions() == ModelStore.number(version.getVersion())
            && state.lastWindow() == version.getLastWindow();
  }

  private Optional<Checkpoint> whole(String name) {
    try {
      return Optional.of(checkpoints.read(name));
    } catch (UnusableCheckpointException e) {
      return Optional.empty();
    }
  }
}
