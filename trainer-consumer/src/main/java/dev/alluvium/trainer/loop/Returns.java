package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.trainer.checkpoint.Checkpoint;
import dev.alluvium.trainer.config.TrainSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the state back to an older one: that of a checkpoint, the base model, or the weights of a
 * version whose checkpoint is gone.
 *
 * @param settings those in force
 * @param state what is taken back
 * @param cycleEnd measures what no checkpoint tells any more
 */
record Returns(TrainSettings settings, TrainerState state, CycleEnd cycleEnd) {
  private static final Logger log = LoggerFactory.getLogger(Returns.class);

  /**
   * A state that training has returned to.
   *
   * @param kept the last window that stays in the weights
   * @param checkpoint what was written of it
   * @param changed versions whose record is another from now on
   */
  record Done(long kept, Checkpoint checkpoint, List<ModelVersion> changed) {}

  /**
   * What became of an order.
   *
   * @param done the state, unless it was refused
   */
  record Ordered(Optional<Done> done, Answer answer) {}

  /**
   * The whole state of a checkpoint or, without one, the base model.
   *
   * @param versions those there are by now
   */
  Done to(Optional<Checkpoint> back, SortedMap<String, ModelVersion> versions) {
    long kept = back.map(point -> point.position().lastWindow()).orElse(0L);
    state.returnTo(back);
    return done(
        kept,
        back.map(Checkpoint::name).orElse("the base model"),
        Rollback.leftBehind(versions, kept));
  }

  /**
   * Whether an order to return to a version would be carried out now, as far as it can be told
   * without reading whole states; changes nothing.
   */
  boolean isPossible(String version, SortedMap<String, ModelVersion> versions) {
    return version.equals(ReturnPoints.BASE)
        || state.returnVersions().contains(version)
        || RestartPoint.obstacle(versions.get(version), settings, state.fit().baseDigest())
            .isEmpty();
  }

  /**
   * Returns to a promoted version's state or, where that is not there any more, to its weights; or
   * says why not.
   *
   * @param version its name, or {@link ReturnPoints#BASE}
   * @param versions those there are by now
   * @param stop asked while a model is measured or writes
   * @throws java.util.concurrent.CancellationException when told to stop; what is in memory must be
   *     thrown away
   */
  Ordered to(
      String requestId,
      String version,
      SortedMap<String, ModelVersion> versions,
      BooleanSupplier stop) {
    ReturnPoints points = state.returnPoints();
    Optional<Checkpoint> back = points.of(version);
    if (back.isPresent() || version.equals(ReturnPoints.BASE)) {
      return applied(requestId, to(back, versions), "");
    }
    String gone =
        "%s has no state to return to any more: there is %s (train.keep.promoted)%s"
            .formatted(version, points.told(), points.damages());
    ModelVersion weights = versions.get(version);
    Optional<String> obstacle = RestartPoint.obstacle(weights, settings, state.fit().baseDigest());
    if (obstacle.isPresent()) {
      String detail =
          "%s; nor can training restart from its weights: %s".formatted(gone, obstacle.get());
      return new Ordered(
          Optional.empty(), new Answer(requestId, false, "no_return_point", detail, Map.of()));
    }
    Done done = restart(Objects.requireNonNull(weights), versions, stop);
    return applied(
        requestId,
        done,
        gone + "; training restarts from its weights, with fresh optimizer moments and warm-up");
  }

  /** What the gate compares the next version with is measured, by the probes that are known now. */
  private Done restart(
      ModelVersion version, SortedMap<String, ModelVersion> versions, BooleanSupplier stop) {
    long kept = version.getLastWindow();
    state.restartFrom(version);
    Learner learner = state.learner();
    state.compareWith(version.getVersion(), cycleEnd.measure(learner, state.probes(), stop));
    state.remember(
        cycleEnd.answersOncePromoted(
            learner, version.getVersion(), state.probes(), state.answers(), stop));
    List<ModelVersion> changed = new ArrayList<>(Rollback.leftBehind(versions, kept));
    changed.add(
        ModelVersion.newBuilder(version).setRestartedAfter(state.position().lastWindow()).build());
    log.warn(
        "{} has no full state any more: training restarts from its weights, with fresh optimizer moments and warm-up",
        version.getVersion());
    return done(kept, version.getVersion(), changed);
  }

  private static Ordered applied(String requestId, Done done, String detail) {
    return new Ordered(Optional.of(done), new Answer(requestId, true, "applied", detail, Map.of()));
  }

  private Done done(long kept, String to, List<ModelVersion> changed) {
    Checkpoint checkpoint = state.write();
    log.warn(
        "training returns to {}: windows {} to {} are in quarantine",
        to,
        kept + 1,
        state.position().lastWindow());
    return new Done(kept, checkpoint, changed);
  }
}
