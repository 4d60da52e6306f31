package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.ErasedPlaces;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.trainer.checkpoint.Checkpoint;
import dev.alluvium.trainer.checkpoint.CheckpointStore;
import dev.alluvium.trainer.checkpoint.ErasedProbe;
import dev.alluvium.trainer.checkpoint.TrainingPosition;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.gate.Anchors;
import dev.alluvium.trainer.gate.BestScores;
import dev.alluvium.trainer.gate.ProbeScores;
import dev.alluvium.trainer.gate.WrittenAnswers;
import dev.alluvium.trainer.guard.GaugeTexts;
import dev.alluvium.trainer.guard.GuardMemory;
import dev.alluvium.trainer.guard.LossHistory;
import dev.alluvium.trainer.guard.Transfer;
import dev.alluvium.trainer.release.ModelStore;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In memory what a checkpoint has on disk: weights, position, probes, the gate's references, the
 * gauge's texts and the anchors' answers; and the checkpoints that lead here. Owned by one thread.
 */
final class TrainerState {
  private static final Logger log = LoggerFactory.getLogger(TrainerState.class);

  private final TrainSettings settings;
  private final Learner learner;
  private final CheckpointStore checkpoints;
  private final Fit fit;

  private TrainingPosition position;
  private final Map<String, Probe> probes = new LinkedHashMap<>();
  private Anchors anchors = Anchors.none();
  private GaugeTexts gauge = GaugeTexts.none();
  private WrittenAnswers answers = WrittenAnswers.none();
  private Lineage lineage = Lineage.none();

  /** The base model before the first window. */
  TrainerState(TrainSettings settings, Learner learner, CheckpointStore checkpoints, Fit fit) {
    this.settings = settings;
    this.learner = learner;
    this.checkpoints = checkpoints;
    this.fit = fit;
    this.position = start(0);
  }

  private TrainingPosition start(long offset) {
    return TrainingPosition.start(offset, settings.digest(), fit.shape(), fit.baseDigest());
  }

  Learner learner() {
    return learner;
  }

  /** What states must have to be restored here. */
  Fit fit() {
    return fit;
  }

  CheckpointStore checkpoints() {
    return checkpoints;
  }

  TrainingPosition position() {
    return position;
  }

  List<Probe> probes() {
    return List.copyOf(probes.values());
  }

  /** What the gate compares with. */
  Anchors anchors() {
    return anchors;
  }

  GaugeTexts gauge() {
    return gauge;
  }

  WrittenAnswers answers() {
    return answers;
  }

  Lineage lineage() {
    return lineage;
  }

  void moveTo(TrainingPosition next) {
    position = next;
  }

  /**
   * What the next version is compared with.
   *
   * @param version the promoted one that is measured
   */
  void compareWith(String version, ProbeScores scores) {
    BestScores now = anchors.best().withPromoted(version, scores, settings.gate().leastProbes());
    now.changes(anchors.best()).forEach(change -> log.info("{}", change));
    anchors = anchors.with(scores, now);
  }

  /** What forgetting is gauged by from now on. */
  void gaugeBy(GaugeTexts texts) {
    gauge = texts;
  }

  /** What the anchors have answered in writing by now. */
  void remember(WrittenAnswers written) {
    answers = written;
  }

  /** What the base model has said of the probes by now. */
  void rememberBase(ProbeScores scores) {
    anchors = anchors.withBase(scores);
  }

  /**
   * Takes the probes that came with a window.
   *
   * @param erased pairs whose probes are not wanted any more
   */
  void takeProbes(Window window, Set<String> erased) {
    window.open().getNewProbes().stream()
        .filter(probe -> !erased.contains(probe.getPairId()))
        .forEach(probe -> probes.putIfAbsent(probe.getPairId(), probe));
  }

  /**
   * Lets the probe of a pair go, what the gate and the gauge remember of it, and how well it was
   * known when it was trained.
   *
   * @param nextOffset the offset after the order
   */
  void erase(String pairId, long nextOffset) {
    forget(Set.of(pairId));
    learner.mixing().ifPresent(mix -> mix.confidences().forget(pairId));
    // Where the weights are nobody's, the probes are not all of those that a state may have.
    boolean known = probes.remove(pairId) != null || learner.mixing().isPresent();
    if (known || lineage.checkpoints().isEmpty()) {
      position = position.afterErasure(new ErasedProbe(pairId, nextOffset));
    }
  }

  /** The base model again, which has read up to an offset. */
  void startAt(long offset) {
    learner.reset();
    probes.clear();
    anchors = Anchors.none();
    gauge = GaugeTexts.none();
    answers = WrittenAnswers.none();
    position = start(offset);
    lineage = Lineage.none();
  }

  /**
   * The state of a checkpoint.
   *
   * @param leading the checkpoints that lead to it, and itself
   * @throws IllegalStateException when it belongs to another base model, method or adapter shape
   */
  void restore(Checkpoint checkpoint, Lineage leading) {
    TrainingPosition saved = checkpoint.position();
    fit.require(checkpoint.name(), saved);
    if (!saved.settingsDigest().equals(settings.digest())) {
      log.warn("the settings that shape the weights have changed since {}", checkpoint.name());
    }
    takeAll(checkpoint);
    if (!saved.settingsDigest().equals(settings.digest())) {
      anchors = anchors.withBase(ProbeScores.none()); // it may be asked in another way now
    }
    position = joined(saved, checkpoint.name()).under(settings.digest(), fit.baseDigest());
    lineage = leading;
    log.info(
        "training goes on from {}: window {}, step {}",
        checkpoint.name(),
        position.lastWindow(),
        position.steps());
  }

  /**
   * The place that the log says, with weights that are nobody's: good for a rollback and for
   * nothing else. Training may return to where the gate promoted versions and, within the lineage,
   * to where a rollback returned to.
   *
   * @param versions those there are by now
   */
  void placeWithoutWeights(Progress logged, SortedMap<String, ModelVersion> versions) {
    List<String> known =
        Stream.concat(
                versions.values().stream()
                    .filter(Serving::isPromotedByTheGate)
                    .map(ModelVersion::getCheckpoint),
                logged.getOlder().stream())
            .distinct()
            .filter(name -> checkpoints.position(name).isPresent())
            .sorted(Comparator.comparingLong(CheckpointStore::windowOf))
            .toList();
    probes.clear();
    position =
        new TrainingPosition(
            logged.getNextOffset(),
            logged.getLastWindow(),
            logged.getLastWindow(),
            0,
            versions.isEmpty() ? 0 : (int) ModelStore.number(versions.lastKey()),
            logged.getVersion(),
            List.of(),
            known.stream().filter(this::isReturnPoint).toList(),
            false,
            newestOf(known).map(TrainingPosition::leftBehind).orElse(List.of()),
            GuardMemory.none(),
            newestOf(known).map(TrainingPosition::erasedProbes).orElse(List.of()),
            settings.digest(),
            fit.shape(),
            fit.baseDigest());
    lineage = Lineage.none();
  }

  private boolean isReturnPoint(String checkpoint) {
    return checkpoints
        .position(checkpoint)
        .filter(saved -> saved.returnPoint() && fit.misfit(checkpoint, saved).isEmpty())
        .isPresent();
  }

  /** Where the newest of these checkpoints stood. */
  private Optional<TrainingPosition> newestOf(List<String> names) {
    return names.stream()
        .flatMap(name -> checkpoints.position(name).stream())
        .reduce((older, newer) -> newer);
  }

  /**
   * Everything as it was at a checkpoint or, without one, at the base model, but for the place in
   * the stream, what was erased since, and what the base model has answered or written to probes
   * that are there again. A return to the base model keeps the probes and the gauge's texts: there
   * are no others.
   */
  void returnTo(Optional<Checkpoint> back) {
    back.ifPresentOrElse(
        point -> {
          WrittenAnswers now = answers;
          GaugeTexts written = gauge;
          takeAll(point);
          answers = answers.withBaseOf(now);
          Set<String> erased = position.erasedAfter(point.position().nextOffset());
          probes.keySet().removeAll(erased);
          forget(erased);
          learner.mixing().ifPresent(mix -> erased.forEach(mix.confidences()::forget));
          gauge = gauge.with(written, probes.keySet());
        },
        () -> {
          learner.reset();
          anchors = anchors.ofBase();
          answers = answers.ofBase();
        });
    List<String> points = position.returnPoints();
    List<String> earlier =
        back.map(point -> points.subList(0, points.indexOf(point.name()))).orElse(List.of());
    position = position.afterRollback(back.map(Checkpoint::position).orElse(null), earlier);
    lineage = Lineage.none();
  }

  /**
   * The weights of a version, with fresh optimizer moments at step 0 and a fresh loss history. The
   * place in the stream, the probes and the gauge's texts stay, as there are no others; the gate's
   * reference is for the caller to measure.
   */
  void restartFrom(ModelVersion version) {
    learner.restart(Path.of(version.getPath()));
    anchors = anchors.with(ProbeScores.none(), anchors.best().asOf(version.getVersion()));
    answers = answers.asOf(version.getVersion());
    List<String> earlier =
        position.returnPoints().stream()
            .filter(point -> CheckpointStore.windowOf(point) < version.getLastWindow())
            .toList();
    GuardMemory guards =
        new GuardMemory(
            LossHistory.none(), Transfer.told(version.getTransfer(), version.getProbes()));
    position =
        position.afterRollback(
            position.at(version.getVersion(), version.getLastWindow(), guards), earlier);
    lineage = Lineage.none();
  }

  /** The place behind windows that were deleted; older checkpoints do not lead here any more. */
  void passOver(Deleted deleted) {
    position =
        position.afterWindow(
            deleted.lastWindow(), deleted.nextOffset(), position.steps(), position.guards());
    lineage = Lineage.none();
  }

  private void forget(Set<String> erased) {
    anchors = anchors.without(erased);
    gauge = gauge.without(erased);
    answers = answers.without(erased);
  }

  private void takeAll(Checkpoint checkpoint) {
    learner.restore(checkpoint.state());
    probes.clear();
    checkpoint.probes().forEach(probe -> probes.put(probe.getPairId(), probe));
    anchors = checkpoint.anchors();
    gauge = checkpoint.gauge();
    answers = checkpoint.answers();
  }

  /** Writes it all to disk. */
  Checkpoint write() {
    return checkpoints.write(position, probes(), anchors, gauge, answers, learner::save);
  }

  /**
   * Goes on from a checkpoint that was just written.
   *
   * @param skipped windows passed over since the one before
   * @param erased windows since the one before of which some examples were not trained
   */
  void goOnFrom(Checkpoint checkpoint, Collection<Long> skipped, Collection<ErasedPlaces> erased) {
    position = joined(position, checkpoint.name());
    lineage = lineage.with(checkpoint.name(), skipped, erased, kept());
  }

  private TrainingPosition joined(TrainingPosition from, String checkpoint) {
    return from.goingOnFrom(checkpoint, settings.keep().checkpoints(), settings.keep().promoted());
  }

  /** The states that training can return to. */
  ReturnPoints returnPoints() {
    return new ReturnPoints(checkpoints, position.returnPoints());
  }

  /** The versions of those states. */
  Set<String> returnVersions() {
    return checkpoints.versionsAt(position.returnPoints());
  }

  /** Deletes those of some checkpoints that nothing refers to any more. */
  void prune(Set<String> there) {
    checkpoints.prune(there, kept());
  }

  private Set<String> kept() {
    Set<String> kept = new HashSet<>(position.returnPoints());
    kept.addAll(position.recent());
    return kept;
  }
}
