package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.trainer.commit.Commit;
import dev.alluvium.trainer.commit.TrainingLog;
import dev.alluvium.trainer.consume.ControlInput;
import dev.alluvium.trainer.consume.Input;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.consume.WindowReader;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * What is done when the checkpoint that the log names is damaged.
 *
 * @param windows what was trained and is trained again
 * @param trainingLog what is known of it
 * @param session the state that is brought back
 */
record Recovery(WindowReader windows, TrainingLog trainingLog, TrainingSession session) {
  private static final Duration IDLE = Duration.ofMillis(200);

  /**
   * Trains again what came after an older checkpoint, up to what the log says. The windows have
   * their outcomes and the cycles their versions: none is written a second time.
   *
   * @param stop asked before every step
   * @return what makes the state count; nothing when it was stopped halfway
   * @throws LostStateException when it comes to another place than the log says
   */
  Optional<Commit> catchUp(BooleanSupplier stop) {
    try {
      return trainedAgain(stop);
    } catch (CancellationException e) {
      return Optional.empty();
    }
  }

  private Optional<Commit> trainedAgain(BooleanSupplier stop) {
    SortedMap<String, ModelVersion> versions = trainingLog.versions();
    session.passCycleEnd(versions, stop);
    while (session.isBehind()) {
      if (stop.getAsBoolean()) {
        return Optional.empty();
      }
      Optional<Input> next = windows.poll(IDLE);
      if (next.isPresent() && next.get() instanceof Window window) {
        WindowTrainer.End end = session.train(window, Set.of(), stop);
        if (end == WindowTrainer.End.STOPPED) {
          return Optional.empty();
        }
        if (end == WindowTrainer.End.FAILED) {
          throw session.lost(
              "window %d was trained before and gives no finite gradient now, such as on another machine"
                  .formatted(window.id()));
        }
        session.passCycleEnd(versions, stop);
      } else if (next.isPresent()) {
        session.skipTo(next.get().nextOffset());
        erase((ControlInput) next.get());
      } else if (windows.isAtEnd()) {
        throw session.lost("training.windows.v1 ends before that place, at " + windows.position());
      }
    }
    return Optional.of(session.caughtUp(versions));
  }

  /**
   * Looks for an order to roll back among what has not been read yet, and carries it out: it needs
   * no state but the one that it returns to. The probes are those of all windows that are there.
   *
   * @throws LostStateException the given one, when there is no such order, or when told to stop
   */
  Commit rollBack(Progress logged, LostStateException lost, BooleanSupplier stop) {
    try {
      return rolledBack(logged, lost, stop);
    } catch (CancellationException e) {
      throw lost;
    }
  }

  private Commit rolledBack(Progress logged, LostStateException lost, BooleanSupplier stop) {
    SortedMap<String, ModelVersion> versions = trainingLog.versions();
    session.resumeWithoutState(logged, versions);
    windows.seekToFirstWindow();
    while (!windows.isAtEnd() && !stop.getAsBoolean()) {
      Optional<Input> next = windows.poll(IDLE);
      if (next.isPresent() && next.get() instanceof Window window) {
        session.passOver(window);
      } else if (next.isPresent()) {
        ControlInput input = (ControlInput) next.get();
        erase(input);
        if (input.nextOffset() <= logged.getNextOffset()) {
          continue;
        }
        session.skipTo(input.nextOffset());
        Control control = input.control();
        if (control.getKind() == CommandKind.ROLLBACK) {
          Commit commit =
              session.rollback(
                  control.getRequestId(), String.valueOf(control.getArgument()), versions, stop);
          if (commit.answer().filter(answer -> answer.getAccepted()).isPresent()) {
            return commit;
          }
          trainingLog.commit(commit);
        }
      }
    }
    throw lost;
  }

  private void erase(ControlInput input) {
    if (input.control().getKind() == CommandKind.ERASE) {
      session.erase(String.valueOf(input.control().getArgument()), input.nextOffset());
    }
  }
}
