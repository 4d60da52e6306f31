package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.trainer.checkpoint.Checkpoint;
import dev.alluvium.trainer.checkpoint.CheckpointStore;
import dev.alluvium.trainer.checkpoint.LeftBehind;
import dev.alluvium.trainer.checkpoint.TrainingPosition;
import dev.alluvium.trainer.commit.Commit;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.gate.Gate;
import dev.alluvium.trainer.gate.ProbeScores;
import dev.alluvium.trainer.loop.WindowTraining.Books;
import dev.alluvium.trainer.release.ModelStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is true in memory and not yet in the log: the weights, the position, the probes, and the
 * books of the windows since the last commit. Owned by one thread.
 */
final class TrainingSession {
  private static final Logger log = LoggerFactory.getLogger(TrainingSession.class);

  private final TrainSettings settings;
  private final Learner learner;
  private final WindowTraining training;
  private final CheckpointStore checkpoints;
  private final CycleEnd cycleEnd;
  private final String holder;
  private final InstantSource clock;
  private final String fit;

  private TrainingPosition position;
  private final Map<String, Probe> probes = new LinkedHashMap<>();
  private ProbeScores reference = ProbeScores.none();
  private final Set<Long> quarantined = new TreeSet<>();

  private final List<Books> trained = new ArrayList<>();
  private final List<Window> skipped = new ArrayList<>();
  private Lineage lineage = Lineage.none();
  private Progress committed;

  TrainingSession(
      TrainSettings settings,
      Learner learner,
      WindowTraining training,
      CheckpointStore checkpoints,
      CycleEnd cycleEnd,
      String holder,
      InstantSource clock) {
    this.settings = settings;
    this.learner = learner;
    this.training = training;
    this.checkpoints = checkpoints;
    this.cycleEnd = cycleEnd;
    this.holder = holder;
    this.clock = clock;
    this.fit = learner.fit();
    this.position = TrainingPosition.start(0, settings.digest(), fit);
    this.committed = progressAt(Optional.empty());
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
    forget();
    progress.ifPresent(p -> quarantined.addAll(p.getQuarantined()));
    Optional<String> name = progress.map(Progress::getCheckpoint);
    if (name.isPresent()) {
      resume(progress.get(), name.get(), earliest);
    } else {
      learner.reset();
      reference = ProbeScores.none();
      long offset = progress.map(Progress::getNextOffset).orElse(0L);
      position = TrainingPosition.start(offset, settings.digest(), fit);
      lineage = Lineage.none();
      committed = progressAt(name);
    }
  }

  private void forget() {
    trained.clear();
    skipped.clear();
    probes.clear();
    quarantined.clear();
  }

  private void resume(Progress logged, String name, long earliest) {
    Checkpoint checkpoint =
        new Fallback(checkpoints, earliest, settings.digest()).choose(logged, name);
    restore(checkpoint);
    if (checkpoint.name().equals(name)) {
      lineage =
          checkpoint.position().settingsDigest().equals(settings.digest())
              ? Lineage.of(logged)
              : Lineage.beginningWith(name);
      committed = progressAt(Optional.of(name));
      return;
    }
    lineage = Lineage.of(logged).upTo(checkpoint.name());
    logged.getPassedOver().stream()
        .filter(window -> window > position.lastWindow())
        .forEach(quarantined::add);
    committed = held(logged);
  }

  /**
   * Takes the place that the log says, with weights that are nobody's: good for a rollback and for
   * nothing else. What the older checkpoints say of points to return to holds.
   *
   * @param versions those there are by now
   */
  void resumeWithoutState(Progress logged, SortedMap<String, ModelVersion> versions) {
    forget();
    quarantined.addAll(logged.getQuarantined());
    List<String> returnPoints =
        logged.getOlder().stream()
            .filter(
                name ->
                    checkpoints.position(name).filter(TrainingPosition::returnPoint).isPresent())
            .toList();
    position =
        new TrainingPosition(
            logged.getNextOffset(),
            logged.getLastWindow(),
            logged.getLastWindow(),
            0,
            versions.isEmpty() ? 0 : (int) ModelStore.number(versions.lastKey()),
            logged.getVersion(),
            List.of(),
            returnPoints,
            false,
            leftBehindBy(logged.getOlder()),
            settings.digest(),
            fit);
    lineage = Lineage.none();
    committed = held(logged);
  }

  /** What the newest of these checkpoints that is whole knows to be left behind. */
  private List<LeftBehind> leftBehindBy(List<String> names) {
    return names.stream()
        .flatMap(name -> checkpoints.position(name).stream())
        .reduce((older, newer) -> newer)
        .map(TrainingPosition::leftBehind)
        .orElse(List.of());
  }

  /** The failure of catching up, for a reason. */
  LostStateException lost(String why) {
    return new LostStateException(
        committed, List.of(why), checkpoints.directory(String.valueOf(committed.getCheckpoint())));
  }

  /** Takes the probes that came with a window, and its place; trains nothing. */
  void passOver(Window window) {
    takeNewProbes(window);
    if (window.id() > position.lastWindow()) {
      position = position.afterWindow(window.id(), window.nextOffset(), 0);
    }
  }

  /** What the log says, with this trainer as the holder of the lease. */
  private Progress held(Progress logged) {
    return Progress.newBuilder(logged).setHolder(holder).setHeartbeat(clock.instant()).build();
  }

  /** Whether what is in memory is older than what the log says. */
  boolean isBehind() {
    return position.nextOffset() < committed.getNextOffset();
  }

  /** The offset in training.windows.v1 to read next. */
  long nextOffset() {
    return position.nextOffset();
  }

  /**
   * Goes through the end of a cycle that ended here already: what the gate decided then is in the
   * log and holds.
   *
   * @param versions those there are by now
   */
  void passCycleEnd(SortedMap<String, ModelVersion> versions) {
    ModelVersion version = versions.get(ModelStore.name(position.versions() + 1));
    if (version == null || version.getLastWindow() != position.lastWindow()) {
      return;
    }
    boolean promoted = Serving.isPromotedByTheGate(version);
    if (promoted) {
      reference = cycleEnd.measure(learner, List.copyOf(probes.values()));
    }
    position = position.afterCycle(promoted);
    log.info(
        "window {}: {} was {} here",
        position.lastWindow(),
        version.getVersion(),
        version.getStatus());
    if (promoted && position.lastWindow() < committed.getLastWindow()) {
      goOnFrom(checkpoint()); // a point to return to, in the place of one that is damaged
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
    if (versions.containsKey(ModelStore.name(position.versions() + 1))
        || position.nextOffset() != committed.getNextOffset()
        || position.lastWindow() != committed.getLastWindow()
        || !Objects.equals(position.promoted(), committed.getVersion())) {
      throw lost(
          "training again came to window %d, offset %d and version %s, of %d versions; the log says window %d, offset %d and version %s, of %d"
              .formatted(
                  position.lastWindow(),
                  position.nextOffset(),
                  position.promoted(),
                  position.versions(),
                  committed.getLastWindow(),
                  committed.getNextOffset(),
                  committed.getVersion(),
                  versions.size()));
    }
    trained.clear();
    Checkpoint checkpoint = checkpoint();
    log.info(
        "caught up with window {}: {} takes the place of {}",
        position.lastWindow(),
        checkpoint.name(),
        committed.getCheckpoint());
    return commit(checkpoint, List.of(), Optional.empty(), List.of());
  }

  private void restore(Checkpoint checkpoint) {
    TrainingPosition saved = checkpoint.position();
    if (!saved.fit().equals(fit)) {
      throw new IllegalStateException(
          "checkpoint %s was trained on another base model or with another train.method or train.lora: bring those settings back, or start a new namespace"
              .formatted(checkpoint.name()));
    }
    if (!saved.settingsDigest().equals(settings.digest())) {
      log.warn("the settings that shape the weights have changed since {}", checkpoint.name());
    }
    learner.restore(checkpoint.state());
    takeProbes(checkpoint);
    reference = checkpoint.reference();
    position = goingOnFrom(saved, checkpoint.name()).withSettings(settings.digest());
    log.info(
        "training goes on from {}: window {}, step {}",
        checkpoint.name(),
        position.lastWindow(),
        position.steps());
  }

  private void takeProbes(Checkpoint checkpoint) {
    probes.clear();
    checkpoint.probes().forEach(probe -> probes.put(probe.getPairId(), probe));
  }

  /**
   * Trains a window, or skips it when it is in quarantine.
   *
   * @return how it ended; unless it is done, what is in memory must be thrown away
   * @throws IllegalStateException when windows are missing before it
   */
  WindowTrainer.End train(Window window, BooleanSupplier stop) {
    if (window.id() != position.lastWindow() + 1) {
      throw new IllegalStateException(
          "window %d follows window %d: windows are missing, most likely deleted before they were trained"
              .formatted(window.id(), position.lastWindow()));
    }
    takeNewProbes(window);
    if (quarantined.contains(window.id())) {
      skipped.add(window);
    } else {
      Books books = training.train(window, learner, position.leftBehind(), stop);
      if (books.end() != WindowTrainer.End.DONE) {
        return books.end();
      }
      trained.add(books);
      log.info(
          "window {}: {} examples, loss {} -> {}, {} ms",
          window.id(),
          books.report().getExamples(),
          books.report().getLossFirst(),
          books.report().getLossLast(),
          books.report().getMillis());
    }
    position = position.afterWindow(window.id(), window.nextOffset(), learner.optimizer().step());
    return WindowTrainer.End.DONE;
  }

  private void takeNewProbes(Window window) {
    window.open().getNewProbes().forEach(probe -> probes.putIfAbsent(probe.getPairId(), probe));
  }

  /** Passes over a control. */
  void skipTo(long nextOffset) {
    position = position.afterControl(nextOffset);
  }

  /** Windows since the last cycle's end. */
  long windowsInCycle() {
    return position.lastWindow() - position.cycleStart();
  }

  /** Whether there are windows that the log does not know of. */
  boolean hasUncommitted() {
    return !trained.isEmpty() || !skipped.isEmpty();
  }

  /** Whether to commit now: enough has been trained, or nothing else is to do. */
  boolean commitIsDue(boolean idle) {
    long millis = trained.stream().mapToLong(books -> books.report().getMillis()).sum();
    return hasUncommitted() && (idle || millis >= settings.commit().minSeconds() * 1000L);
  }

  /** Writes a checkpoint and gives the commit that makes it count. */
  Commit commit() {
    Checkpoint checkpoint = checkpoint();
    return commit(checkpoint, outcomes(checkpoint.name()), Optional.empty(), List.of());
  }

  /**
   * Measures the probes, asks the gate, writes checkpoint and version, and gives the commit. Where
   * the gate says so, training returns to the last promoted version.
   *
   * @param versions those there are by now
   */
  Commit endCycle(SortedMap<String, ModelVersion> versions) {
    TrainingPosition before = position;
    CycleEnd.Verdict verdict = cycleEnd.judge(learner, List.copyOf(probes.values()), reference);
    if (verdict.decision().ruling() == Gate.Ruling.ROLLBACK) {
      position = position.afterVersion();
      Optional<Checkpoint> back = returnPoints().newestWhole();
      String name = back.map(Checkpoint::name).orElse(ReturnPoints.BASE);
      ModelVersion left = cycleEnd.write(learner, verdict, before, position, name);
      return rollback(back, Optional.of(left), versions);
    }
    boolean promoted = verdict.decision().promoted();
    reference = promoted ? verdict.candidate() : reference;
    position = position.afterCycle(promoted);
    Checkpoint checkpoint = checkpoint();
    ModelVersion version =
        cycleEnd.write(learner, verdict, before, checkpoint.position(), checkpoint.name());
    return commit(checkpoint, outcomes(checkpoint.name()), Optional.of(version), List.of());
  }

  /**
   * Returns to a promoted version's state because somebody asked for it, or says why not.
   *
   * @param version its name, or {@link ReturnPoints#BASE}
   */
  Commit rollback(String requestId, String version, SortedMap<String, ModelVersion> versions) {
    ReturnPoints points = returnPoints();
    Optional<Checkpoint> back = points.of(version);
    if (back.isEmpty() && !version.equals(ReturnPoints.BASE)) {
      String detail =
          "%s has no state to return to any more: there is %s (train.keep.promoted)%s"
              .formatted(version, points.told(), points.damages());
      return Commit.of(progress())
          .answering(new Answer(requestId, false, "no_return_point", detail));
    }
    return rollback(back, Optional.empty(), versions)
        .answering(new Answer(requestId, true, "applied", ""));
  }

  private ReturnPoints returnPoints() {
    return new ReturnPoints(checkpoints, position.returnPoints());
  }

  /**
   * Everything is as it was, but for the place in the stream: the windows since are left out, and
   * the probes that came with them. A return to the base model keeps the probes: there are no
   * others.
   */
  private Commit rollback(
      Optional<Checkpoint> back,
      Optional<ModelVersion> left,
      SortedMap<String, ModelVersion> versions) {
    long last = back.map(point -> point.position().lastWindow()).orElse(0L);
    back.ifPresentOrElse(point -> learner.restore(point.state()), learner::reset);
    reference = back.map(Checkpoint::reference).orElse(ProbeScores.none());
    back.ifPresent(this::takeProbes);
    List<String> points = position.returnPoints();
    List<String> earlier =
        back.map(point -> points.subList(0, points.indexOf(point.name()))).orElse(List.of());
    position = position.afterRollback(back.map(Checkpoint::position).orElse(null), earlier);
    lineage = Lineage.none();
    Checkpoint checkpoint = checkpoint();
    log.warn(
        "training returns to {}: windows {} to {} are in quarantine",
        back.map(Checkpoint::name).orElse("the base model"),
        last + 1,
        position.lastWindow());
    return commit(
        checkpoint,
        Rollback.outcomes(last, position.lastWindow(), checkpoint.name()),
        left,
        Rollback.leftBehind(versions, last));
  }

  /** The progress that puts a window into quarantine and changes nothing else. */
  Progress quarantine(long windowId) {
    quarantined.add(windowId);
    return Progress.newBuilder(progress()).setQuarantined(List.copyOf(quarantined)).build();
  }

  /** What the log says already, confirmed now. */
  Progress progress() {
    return held(committed);
  }

  /** Deletes checkpoints that nothing refers to any more; none before it has caught up. */
  void tidy() {
    if (!isBehind()) {
      checkpoints.prune(kept(position), committed.getLastWindow());
    }
  }

  /** The versions that training can return to. */
  Set<String> returnVersions() {
    return position.returnPoints().stream()
        .flatMap(name -> checkpoints.position(name).stream())
        .map(TrainingPosition::promoted)
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  private static Set<String> kept(TrainingPosition position) {
    Set<String> kept = new HashSet<>(position.returnPoints());
    kept.addAll(position.recent());
    return kept;
  }

  private Checkpoint checkpoint() {
    return checkpoints.write(position, List.copyOf(probes.values()), reference, learner::save);
  }

  private List<Outcome> outcomes(String checkpoint) {
    List<Outcome> outcomes = new ArrayList<>();
    trained.forEach(books -> outcomes.add(books.outcome(checkpoint)));
    skipped.forEach(
        window ->
            outcomes.add(Rollback.quarantined(window.id(), window.examples().size(), checkpoint)));
    return outcomes;
  }

  private Commit commit(
      Checkpoint checkpoint,
      List<Outcome> outcomes,
      Optional<ModelVersion> version,
      List<ModelVersion> changed) {
    skipped.forEach(window -> quarantined.remove(window.id()));
    goOnFrom(checkpoint);
    committed = progressAt(Optional.of(checkpoint.name()));
    Commit commit =
        new Commit(
            committed,
            outcomes,
            version,
            changed,
            trained.stream().map(Books::report).toList(),
            trained.stream().flatMap(books -> books.deadLetters().stream()).toList(),
            Optional.empty());
    trained.clear();
    skipped.clear();
    return commit;
  }

  private void goOnFrom(Checkpoint checkpoint) {
    position = goingOnFrom(position, checkpoint.name());
    lineage =
        lineage.with(checkpoint.name(), skipped.stream().map(Window::id).toList(), kept(position));
  }

  private TrainingPosition goingOnFrom(TrainingPosition from, String name) {
    return from.goingOnFrom(name, settings.keep().checkpoints(), settings.keep().promoted());
  }

  private Progress progressAt(Optional<String> checkpoint) {
    return Progress.newBuilder()
        .setCheckpoint(checkpoint.orElse(null))
        .setNextOffset(position.nextOffset())
        .setLastWindow(position.lastWindow())
        .setQuarantined(List.copyOf(quarantined))
        .setSettingsDigest(settings.digest())
        .setVersion(position.promoted())
        .setHolder(holder)
        .setHeartbeat(clock.instant())
        .setOlder(lineage.older())
        .setPassedOver(lineage.passedOver())
        .build();
  }
}
