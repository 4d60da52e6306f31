package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.ProbeComparison;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.trainer.checkpoint.Checkpoint;
import dev.alluvium.trainer.checkpoint.TrainingPosition;
import dev.alluvium.trainer.commit.Commit;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.gate.Gate;
import dev.alluvium.trainer.guard.GuardMemory;
import dev.alluvium.trainer.loop.WindowTraining.Books;
import dev.alluvium.trainer.release.ModelStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is true in memory and not yet in the log: the state, and the books of the windows since the
 * last commit. Owned by one thread.
 */
final class TrainingSession {
  private static final Logger log = LoggerFactory.getLogger(TrainingSession.class);

  private final TrainSettings settings;
  private final TrainerState state;
  private final WindowTraining training;
  private final WindowGuards guards;
  private final CycleEnd cycleEnd;
  private final Returns returns;
  private final Standing standing;
  private final Uncommitted uncommitted = new Uncommitted();

  TrainingSession(
      TrainSettings settings,
      TrainerState state,
      WindowTraining training,
      CycleEnd cycleEnd,
      String holder,
      InstantSource clock) {
    this.settings = settings;
    this.state = state;
    this.training = training;
    this.guards = new WindowGuards(settings.guard().lossSpike());
    this.cycleEnd = cycleEnd;
    this.returns = new Returns(settings, state, cycleEnd);
    this.standing = new Standing(settings.digest(), holder, clock, state.position());
  }

  /**
   * Goes back to what the log says or, where its checkpoint is damaged, to an older one; then this
   * is {@link #isBehind}.
   *
   * @param earliest the first offset that training.windows.v1 still has
   * @throws LostStateException when there is no checkpoint to go on from
   * @throws IllegalStateException when the checkpoint belongs to another base model, method or
   *     adapter shape
   */
  void resume(Optional<Progress> progress, long earliest) {
    uncommitted.clear();
    standing.takeOver(progress);
    Optional<String> name = progress.map(Progress::getCheckpoint);
    if (name.isPresent()) {
      resume(progress.get(), name.get(), earliest);
    } else {
      state.startAt(progress.map(Progress::getNextOffset).orElse(0L));
      standing.moveTo(position(), state.lineage(), name);
    }
  }

  private void resume(Progress logged, String name, long earliest) {
    Checkpoint checkpoint =
        new Fallback(state.checkpoints(), earliest, settings.digest()).choose(logged, name);
    if (checkpoint.name().equals(name)) {
      boolean same = checkpoint.position().settingsDigest().equals(settings.digest());
      state.restore(checkpoint, same ? Lineage.of(logged) : Lineage.beginningWith(name));
      standing.moveTo(position(), state.lineage(), Optional.of(name));
      return;
    }
    state.restore(checkpoint, Lineage.of(logged).upTo(checkpoint.name()));
    standing.quarantine(
        logged.getPassedOver().stream()
            .filter(window -> window > position().lastWindow())
            .toList());
    standing.stayAt(logged);
  }

  /**
   * Takes the place that the log says, with weights that are nobody's, for a rollback.
   *
   * @param versions those there are by now
   */
  void resumeWithoutState(Progress logged, SortedMap<String, ModelVersion> versions) {
    uncommitted.clear();
    standing.takeOver(Optional.of(logged));
    state.placeWithoutWeights(logged, versions);
    standing.stayAt(logged);
  }

  /** The failure of catching up, for a reason. */
  LostStateException lost(String why) {
    Progress committed = standing.committed();
    return new LostStateException(
        committed,
        List.of(why),
        state.checkpoints().directory(String.valueOf(committed.getCheckpoint())));
  }

  /**
   * Takes the probes that came with the next window, and its place; trains nothing. A rollback is
   * to leave it behind.
   *
   * @param erased pairs that were erased after the window was written
   * @throws IllegalStateException when it is not the next window
   */
  void leaveBehind(Window window, Set<String> erased) {
    requireNext(window);
    passOver(window, erased);
  }

  /** Takes the probes that came with a window, and its place if it is new; trains nothing. */
  void passOver(Window window) {
    passOver(window, Set.of());
  }

  private void passOver(Window window, Set<String> erased) {
    state.takeProbes(window, erased);
    if (window.id() > position().lastWindow()) {
      state.moveTo(
          position().afterWindow(window.id(), window.nextOffset(), 0, position().guards()));
    }
  }

  /** Whether what is in memory is older than what the log says. */
  boolean isBehind() {
    return position().nextOffset() < standing.committed().getNextOffset();
  }

  /** The offset in training.windows.v1 to read next. */
  long nextOffset() {
    return position().nextOffset();
  }

  /** The last window that training is done with. */
  long lastWindow() {
    return position().lastWindow();
  }

  /**
   * Goes through the end of a cycle that ended here already: what the gate decided then is in the
   * log and holds.
   *
   * @param versions those there are by now
   * @param stop asked while the model is measured and the base model writes
   * @throws CancellationException when told to stop
   */
  void passCycleEnd(SortedMap<String, ModelVersion> versions, BooleanSupplier stop) {
    ModelVersion version = versions.get(ModelStore.name(position().versions() + 1));
    if (version == null || version.getLastWindow() != position().lastWindow()) {
      return;
    }
    boolean promoted = Serving.isPromotedByTheGate(version);
    if (promoted) {
      state.compareWith(
          version.getVersion(), cycleEnd.measure(state.learner(), state.probes(), stop));
      state.remember(
          cycleEnd.answersOncePromoted(
              state.learner(), version.getVersion(), state.probes(), state.answers(), stop));
    }
    state.gaugeBy(cycleEnd.gauge(state.learner(), state.probes(), state.gauge(), stop));
    state.moveTo(position().afterCycle(promoted, measured(version.getProbes())));
    log.info(
        "window {}: {} was {} here",
        position().lastWindow(),
        version.getVersion(),
        version.getStatus());
    if (promoted && position().lastWindow() < standing.committed().getLastWindow()) {
      // a point to return to, in the place of one that is damaged
      state.goOnFrom(state.write(), uncommitted.passedOver(), List.of());
    }
  }

  /**
   * Ends catching up: a whole checkpoint takes the place of the damaged one. Nothing else is
   * written, because all of it has been.
   *
   * @param versions those there are by now
   * @throws LostStateException when training came to another place than the log says
   */
  Commit caughtUp(SortedMap<String, ModelVersion> versions) {
    Progress committed = standing.committed();
    if (versions.containsKey(ModelStore.name(position().versions() + 1))
        || position().nextOffset() != committed.getNextOffset()
        || position().lastWindow() != committed.getLastWindow()
        || !Objects.equals(position().promoted(), committed.getVersion())) {
      throw lost(
          "training again came to window %d, offset %d and version %s, of %d versions; the log says window %d, offset %d and version %s, of %d"
              .formatted(
                  position().lastWindow(),
                  position().nextOffset(),
                  position().promoted(),
                  position().versions(),
                  committed.getLastWindow(),
                  committed.getNextOffset(),
                  committed.getVersion(),
                  versions.size()));
    }
    Checkpoint checkpoint = state.write();
    log.info(
        "caught up with window {}: {} takes the place of {}",
        position().lastWindow(),
        checkpoint.name(),
        committed.getCheckpoint());
    return commit(checkpoint, List.of(), Optional.empty(), List.of());
  }

  /**
   * Trains a window, or skips it when it is in quarantine. What was trained before is trained again
   * without the same examples, whatever has been erased since.
   *
   * @param erased pairs that were erased after the window was written
   * @return how it ended; unless it is done, what is in memory must be thrown away
   * @throws IllegalStateException when it is not the next window
   */
  WindowTrainer.End train(Window window, Set<String> erased, BooleanSupplier stop) {
    requireNext(window);
    state.takeProbes(window, erased);
    GuardMemory memory = position().guards();
    if (standing.isQuarantined(window.id())) {
      uncommitted.passedOver(window);
      if (standing.hasSpiked(window.id())) {
        memory = new GuardMemory(memory.losses().passingOver(), memory.transfer());
      }
    } else {
      SortedSet<Integer> left =
          isBehind() ? state.lineage().erasedFrom(window.id()) : places(window, erased);
      Books books = training.train(window, state.learner(), position().leftBehind(), left, stop);
      WindowTrainer.End end = isBehind() ? books.end() : guarded(window, books, memory, stop);
      if (end != WindowTrainer.End.DONE) {
        return end;
      }
      memory = WindowGuards.after(window, books, memory);
      if (!isBehind()) {
        uncommitted.trained(books); // otherwise they are in the log already
      }
      log.info(
          "window {}: {} examples, loss {} -> {}, {} ms",
          window.id(),
          books.report().getExamples(),
          books.report().getLossFirst(),
          books.report().getLossLast(),
          books.report().getMillis());
    }
    state.moveTo(
        position()
            .afterWindow(
                window.id(), window.nextOffset(), state.learner().optimizer().step(), memory));
    return WindowTrainer.End.DONE;
  }

  private void requireNext(Window window) {
    if (window.id() != position().lastWindow() + 1) {
      throw new IllegalStateException(
          "window %d follows window %d: training.windows.v1 is not in order, see `alluvium verify`"
              .formatted(window.id(), position().lastWindow()));
    }
  }

  /** How a window ended that was not trained before. */
  private WindowTrainer.End guarded(
      Window window, Books books, GuardMemory memory, BooleanSupplier stop) {
    WindowTrainer.End end = guards.end(window, books, memory);
    if (end != WindowTrainer.End.DONE) {
      return end;
    }
    try {
      Optional<String> why = cycleEnd.tooFar(state.learner(), state.gauge(), stop);
      why.ifPresent(far -> log.warn("window {}: {}", window.id(), far));
      return why.isPresent() ? WindowTrainer.End.TOO_FAR : end;
    } catch (CancellationException e) {
      return WindowTrainer.End.STOPPED;
    }
  }

  /** What the guards remember after a cycle whose end these probes measured. */
  private GuardMemory measured(Map<String, ProbeComparison> probes) {
    GuardMemory guards = position().guards();
    return guards.with(guards.transfer().measured(probes));
  }

  private static SortedSet<Integer> places(Window window, Set<String> pairIds) {
    return window.examples().stream()
        .filter(example -> pairIds.contains(example.getPairId()))
        .map(Example::getIndex)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Lets go what is kept of an erased pair.
   *
   * @param nextOffset the offset after the order
   */
  void erase(String pairId, long nextOffset) {
    state.erase(pairId, nextOffset);
  }

  /** Passes over a control. */
  void skipTo(long nextOffset) {
    state.moveTo(position().afterControl(nextOffset));
  }

  /** Windows since the last cycle's end. */
  long windowsInCycle() {
    return position().lastWindow() - position().cycleStart();
  }

  /** Whether there are windows that the log does not know of. */
  boolean hasUncommitted() {
    return !uncommitted.isEmpty();
  }

  /** Whether to commit now: enough has been trained, or nothing else is to do. */
  boolean commitIsDue(boolean idle) {
    return hasUncommitted()
        && (idle || uncommitted.millis() >= settings.commit().minSeconds() * 1000L);
  }

  /** Writes a checkpoint and gives the commit that makes it count. */
  Commit commit() {
    Checkpoint checkpoint = state.write();
    return commit(checkpoint, uncommitted.outcomes(checkpoint.name()), Optional.empty(), List.of());
  }

  /**
   * Measures the probes, asks the gate, writes checkpoint and version, and gives the commit. Where
   * the gate says so, training returns to the last promoted version.
   *
   * @param versions those there are by now
   * @param stop asked while the model is measured and the base model writes
   * @throws CancellationException when told to stop; what is in memory is as it was
   */
  Commit endCycle(SortedMap<String, ModelVersion> versions, BooleanSupplier stop) {
    Learner learner = state.learner();
    TrainingPosition before = position();
    String next = ModelStore.name(before.versions() + 1);
    CycleEnd.Verdict verdict =
        cycleEnd.judge(
            learner,
            next,
            state.probes(),
            new CycleEnd.Known(
                state.anchors(), state.gauge(), before.guards().transfer(), state.answers()),
            stop);
    state.remember(verdict.answers());
    state.rememberBase(verdict.base());
    state.gaugeBy(verdict.gauge());
    if (verdict.decision().ruling() == Gate.Ruling.ROLLBACK) {
      state.moveTo(before.afterVersion());
      Optional<Checkpoint> back = state.returnPoints().newestWhole();
      String name = back.map(Checkpoint::name).orElse(ReturnPoints.BASE);
      ModelVersion left = cycleEnd.write(learner, verdict, before, position(), name);
      return rollback(returns.to(back, versions), Optional.of(left));
    }
    boolean promoted = verdict.decision().promoted();
    if (promoted) {
      state.compareWith(next, verdict.candidate());
    }
    state.moveTo(before.afterCycle(promoted, measured(verdict.probes())));
    Checkpoint checkpoint = state.write();
    ModelVersion version =
        cycleEnd.write(learner, verdict, before, checkpoint.position(), checkpoint.name());
    return commit(
        checkpoint, uncommitted.outcomes(checkpoint.name()), Optional.of(version), List.of());
  }

  /**
   * Returns to a promoted version because somebody asked for it, or says why not.
   *
   * @param version its name, or {@link ReturnPoints#BASE}
   * @param stop asked while a model is measured or writes
   * @throws CancellationException when told to stop; what is in memory must be thrown away
   */
  Commit rollback(
      String requestId,
      String version,
      SortedMap<String, ModelVersion> versions,
      BooleanSupplier stop) {
    Returns.Ordered ordered = returns.to(requestId, version, versions, stop);
    return ordered
        .done()
        .map(done -> rollback(done, Optional.empty()))
        .orElseGet(() -> Commit.of(progress()))
        .answering(ordered.answer());
  }

  /**
   * Whether training can return to a version, as far as it can be told without doing it.
   *
   * @param version its name, or {@link ReturnPoints#BASE}
   * @param versions those there are by now
   */
  boolean canReturnTo(String version, SortedMap<String, ModelVersion> versions) {
    return returns.isPossible(version, versions);
  }

  /** Windows since are left out, and the probes that came with them. */
  private Commit rollback(Returns.Done done, Optional<ModelVersion> left) {
    standing.leftBehind(position().lastWindow());
    return commit(
        done.checkpoint(),
        Rollback.outcomes(done.kept(), position().lastWindow(), done.checkpoint().name()),
        left,
        done.changed());
  }

  /**
   * Goes on behind windows that were deleted before they were trained: they get the outcome of
   * those in quarantine, and no older checkpoint leads here.
   */
  Commit giveUp(Deleted deleted) {
    state.passOver(deleted);
    standing.giveUp(deleted);
    Checkpoint checkpoint = state.write();
    List<Outcome> outcomes = new ArrayList<>(uncommitted.outcomes(checkpoint.name()));
    deleted
        .windows()
        .forEach(window -> outcomes.add(Rollback.quarantined(window, 0, checkpoint.name())));
    return commit(checkpoint, outcomes, Optional.empty(), List.of());
  }

  /**
   * The progress that puts a window into quarantine and changes nothing else.
   *
   * @param spikes whether because its loss spiked
   */
  Progress quarantine(long windowId, boolean spikes) {
    return standing.quarantining(windowId, spikes);
  }

  /** What the log says already, confirmed now. */
  Progress progress() {
    return standing.confirmed();
  }

  /** The names of the checkpoints that are there by now. */
  Set<String> checkpoints() {
    return state.checkpoints().names();
  }

  /**
   * Deletes checkpoints that nothing refers to any more; none before it has caught up.
   *
   * @param there {@link #checkpoints} before the last commit
   */
  void tidy(Set<String> there) {
    if (!isBehind()) {
      state.prune(there);
    }
  }

  /** The versions that training can return to. */
  Set<String> returnVersions() {
    return state.returnVersions();
  }

  private TrainingPosition position() {
    return state.position();
  }

  private Commit commit(
      Checkpoint checkpoint,
      List<Outcome> outcomes,
      Optional<ModelVersion> version,
      List<ModelVersion> changed) {
    standing.passedOver(uncommitted.passedOver());
    state.goOnFrom(checkpoint, uncommitted.passedOver(), uncommitted.erased());
    standing.moveTo(position(), state.lineage(), Optional.of(checkpoint.name()));
    Commit commit =
        new Commit(
            standing.committed(),
            outcomes,
            version,
            changed,
            uncommitted.reports(),
            uncommitted.deadLetters(),
            Optional.empty());
    uncommitted.clear();
    return commit;
  }
}
