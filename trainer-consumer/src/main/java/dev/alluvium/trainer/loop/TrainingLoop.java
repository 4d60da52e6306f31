package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.trainer.commit.Commit;
import dev.alluvium.trainer.commit.TrainingLog;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.consume.ControlInput;
import dev.alluvium.trainer.consume.Input;
import dev.alluvium.trainer.consume.MixerReports;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.consume.WindowReader;
import dev.alluvium.trainer.release.ModelStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trainer's day. Reads the next window, trains it, makes it count together with those before
 * it, and at the end of a cycle lets the gate decide on a version. Everything between two commits
 * is done again, identically, by whoever takes over. Owned by one thread.
 */
public final class TrainingLoop {
  private static final Logger log = LoggerFactory.getLogger(TrainingLoop.class);
  private static final Duration IDLE = Duration.ofMillis(200);

  private final TrainSettings settings;
  private final WindowReader windows;
  private final TrainingLog trainingLog;
  private final TrainingSession session;
  private final ModelStore models;
  private final Recovery recovery;
  private final Deletions deletions;
  private final EarlyOrders early;
  private final List<Control> setAside = new ArrayList<>();
  private final TrainerStatus status;
  private boolean acceptsLoss;
  private long heartbeatAt;

  /**
   * A loop over open resources; the caller closes them.
   *
   * @param reports where the mixer tells how far it is
   * @param acceptsLoss whether to go on behind windows that were deleted before they were trained
   * @param status told how the loop gets on
   */
  TrainingLoop(
      TrainSettings settings,
      WindowReader windows,
      TrainingLog trainingLog,
      TrainingSession session,
      ModelStore models,
      MixerReports reports,
      boolean acceptsLoss,
      TrainerStatus status) {
    this.settings = settings;
    this.windows = windows;
    this.trainingLog = trainingLog;
    this.session = session;
    this.models = models;
    this.recovery = new Recovery(windows, trainingLog, session);
    this.deletions = new Deletions(windows, reports);
    this.early = new EarlyOrders(windows, trainingLog, session);
    this.acceptsLoss = acceptsLoss;
    this.status = status;
  }

  /**
   * Trains until told to stop. Stopped inside a window, it leaves at once: what is not committed is
   * done again by the next trainer.
   *
   * @param ready called once the state is restored and the lease is held
   * @throws dev.alluvium.trainer.commit.FencedException when another trainer takes the lease
   * @throws LostWindowsException when windows were deleted before they were trained, and that is
   *     not accepted
   */
  void run(BooleanSupplier stop, Runnable ready) {
    if (!resume(trainingLog.progress(), stop)) {
      return;
    }
    status.ready();
    ready.run();
    while (!stop.getAsBoolean()) {
      Optional<Input> next = next();
      if (next.isPresent() && !handle(next.get(), stop)) {
        return;
      }
      if (!early.rollsBack() && session.commitIsDue(next.isEmpty())) {
        commitWindows();
      }
      confirmLease();
    }
    if (!early.rollsBack() && session.hasUncommitted()) {
      commitWindows();
    }
  }

  /** Returns false when it was stopped halfway. */
  private boolean resume(Optional<Progress> progress, BooleanSupplier stop) {
    List<Path> versions = models.directories();
    early.startAgain();
    setAside.clear();
    try {
      // Read once: what is deleted from here on must not look like a loss before this place.
      long earliest = windows.earliest();
      session.resume(progress, earliest);
      Optional<Deleted> deleted =
          deletions.since(session.nextOffset(), earliest, session.lastWindow());
      if (deleted.filter(Deleted::hasLoss).isPresent() && !acceptsLoss) {
        throw new LostWindowsException(deleted.get());
      }
      if (deleted.isEmpty() && acceptsLoss) {
        log.info("nothing was lost: all is there from offset {} on", session.nextOffset());
      }
      acceptsLoss = false; // it was said of what is lost by now
      windows.seek(deleted.map(Deleted::nextOffset).orElse(session.nextOffset()));
      // The first commit tells everybody, the old holder included, who holds the lease now.
      commit(Commit.of(session.progress()));
      deleted.ifPresent(this::passOver);
      if (session.isBehind()) {
        Optional<Commit> caughtUp = recovery.catchUp(() -> stops(stop));
        if (caughtUp.isEmpty()) {
          return false;
        }
        commit(caughtUp.get());
      }
    } catch (LostStateException e) {
      commit(recovery.rollBack(progress.orElseThrow(), e, () -> stops(stop)));
    }
    tidyVersions(versions);
    return true;
  }

  private Optional<Input> next() {
    try {
      return windows.poll(IDLE);
    } catch (OffsetOutOfRangeException e) {
      throw new LostWindowsException(windows.position(), e);
    }
  }

  /** Goes on behind what was deleted. */
  private void passOver(Deleted deleted) {
    log.warn(
        "offsets {} to {} of training.windows.v1 were deleted unread: {} are lost, and so are orders among them; training goes on at offset {}",
        deleted.firstOffset(),
        deleted.nextOffset() - 1,
        deleted.told(),
        deleted.nextOffset());
    if (deleted.hasLoss()) {
      commit(session.giveUp(deleted));
    } else {
      session.skipTo(deleted.nextOffset());
    }
  }

  /** Returns false when it was stopped halfway. */
  private boolean handle(Input input, BooleanSupplier stop) {
    if (input instanceof Window window) {
      if (early.rollsBack()) {
        leaveBehind(window);
        return true;
      }
      return handle(window, stop);
    }
    ControlInput control = (ControlInput) input;
    return handle(control.control(), control.nextOffset(), stop);
  }

  private boolean handle(Window window, BooleanSupplier stop) {
    early.from(window.nextOffset());
    Set<String> erased = windows.erasedAfter(window.nextOffset());
    status.began(window.id());
    WindowTrainer.End end = session.train(window, erased, () -> breaksOff(stop));
    status.ended(end);
    switch (end) {
      case STOPPED -> {
        if (!early.rollsBack()) {
          return false;
        }
        leaveBehind(window);
      }
      case FAILED, LOSS_SPIKE, TOO_FAR -> {
        log.warn(
            "window {} goes into quarantine, training returns to the last checkpoint", window.id());
        Progress quarantine = session.quarantine(window.id(), end == WindowTrainer.End.LOSS_SPIKE);
        commit(Commit.of(quarantine));
        return resume(Optional.of(quarantine), stop);
      }
      case DONE -> {
        // Under DMT the mixer says where a cycle ends.
        boolean staged = window.open().getStage() != null;
        if (!staged && session.windowsInCycle() >= settings.gate().every()) {
          return endCycle(stop);
        }
      }
    }
    return true;
  }

  /** Returns false when it was stopped halfway. */
  private boolean endCycle(BooleanSupplier stop) {
    Progress logged = session.progress();
    try {
      commit(session.endCycle(trainingLog.versions(), () -> breaksOff(stop)));
    } catch (CancellationException e) {
      return early.rollsBack();
    } catch (LostStateException e) {
      commit(recovery.rollBack(logged, e, () -> stops(stop)));
    }
    return true;
  }

  /** Returns false when it was stopped halfway. */
  private boolean handle(Control control, long nextOffset, BooleanSupplier stop) {
    boolean served = early.hasServed(nextOffset - 1);
    session.skipTo(nextOffset);
    early.from(nextOffset);
    switch (control.getKind()) {
      case FLUSH, CYCLE -> {
        if (session.windowsInCycle() > 0 && !early.rollsBack()) {
          return endCycle(stop);
        }
      }
      case ROLLBACK -> {
        return rollBack(control, stop);
      }
      case ERASE -> session.erase(String.valueOf(control.getArgument()), nextOffset);
      case SERVE -> {
        if (!early.rollsBack()) {
          serve(control);
        } else if (!served) {
          setAside.add(control); // nothing is committed before the rollback
        }
      }
    }
    return true;
  }

  private void serve(Control control) {
    commit(
        Serving.of(
            session.progress(),
            control.getRequestId(),
            trainingLog.versions().get(String.valueOf(control.getArgument()))));
  }

  private void leaveBehind(Window window) {
    session.leaveBehind(window, windows.erasedAfter(window.nextOffset()));
  }

  /** Returns false when it was stopped halfway. */
  private boolean rollBack(Control control, BooleanSupplier stop) {
    try {
      Commit commit =
          session.rollback(
              control.getRequestId(),
              String.valueOf(control.getArgument()),
              trainingLog.versions(),
              () -> stops(stop));
      if (early.rollsBack() && !commit.answer().orElseThrow().getAccepted()) {
        log.warn(
            "training cannot return to {}, it goes on where it was; the order is answered in its turn",
            control.getArgument());
        early.refused();
        return resume(Optional.of(commit.progress()), stop);
      }
      commit(commit);
      early.rolledBack();
      setAside.forEach(this::serve);
      setAside.clear();
      return true;
    } catch (CancellationException e) {
      return false;
    }
  }

  private void tidyVersions(List<Path> there) {
    new VersionTidying(models, trainingLog, settings.keep().versions())
        .tidy(there, session.returnVersions(), windows.earliestTime());
  }

  /** Tells what it took beside training, checkpoint and tidying included. */
  private void commitWindows() {
    long begin = System.nanoTime();
    Commit commit = session.commit();
    commit(commit);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    status.committed(took);
    log.info(
        "window {} is committed: {} ms, after {} ms of training",
        commit.progress().getLastWindow(),
        took.toMillis(),
        commit.reports().stream().mapToLong(TrainReport::getMillis).sum());
  }

  private void commit(Commit commit) {
    boolean changesVersions = commit.version().isPresent() || !commit.changed().isEmpty();
    List<Path> versions = changesVersions ? models.directories() : List.of();
    Set<String> checkpoints = session.checkpoints();
    trainingLog.commit(commit);
    status.confirmed();
    session.tidy(checkpoints);
    if (changesVersions) {
      tidyVersions(versions);
    }
    heartbeatAt = System.nanoTime() + settings.heartbeat().toNanos();
  }

  /** Asked before every step, so that a long window hides neither a lost lease nor an order. */
  private boolean breaksOff(BooleanSupplier stop) {
    early.look();
    return stops(stop) || early.rollsBack();
  }

  private boolean stops(BooleanSupplier stop) {
    confirmLease();
    return stop.getAsBoolean();
  }

  /** Tells everybody that this trainer is alive, and finds out whether it still holds the lease. */
  private void confirmLease() {
    status.moved();
    if (System.nanoTime() - heartbeatAt >= 0) {
      // Nothing is tidied: what is in memory may be ahead of what the log says.
      trainingLog.commit(Commit.of(session.progress()));
      status.confirmed();
      heartbeatAt = System.nanoTime() + settings.heartbeat().toNanos();
    }
  }
}
