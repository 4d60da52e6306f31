package dev.alluvium.trainer.bisect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.trainer.checkpoint.Checkpoint;
import dev.alluvium.trainer.checkpoint.CheckpointStore;
import dev.alluvium.trainer.checkpoint.LeftBehind;
import dev.alluvium.trainer.checkpoint.TrainingPosition;
import dev.alluvium.trainer.files.DurableDirectory;
import dev.alluvium.trainer.gate.Anchors;
import dev.alluvium.trainer.gate.WrittenAnswers;
import dev.alluvium.trainer.guard.GaugeTexts;
import dev.alluvium.trainer.guard.GuardMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** v1 is promoted (windows 1, 2), v2 left behind at once (3, 4), v3 held (5, 6). */
class SavedStatesTest {
  private static final ModelVersion LATER = version("v000004", "window-000008-0123abcd", 7, 8);

  @TempDir private Path root;
  private CheckpointStore store;
  private Checkpoint promoted;
  private Checkpoint returned;
  private Checkpoint held;

  @BeforeEach
  void train() {
    store = new CheckpointStore(root);
    TrainingPosition first =
        trained(TrainingPosition.start(0, "sd", "fit", "base"), 1, 2)
            .afterCycle(true, GuardMemory.none());
    promoted = write(first);
    TrainingPosition second = trained(first.goingOnFrom(promoted.name(), 2, 3), 3, 4);
    returned = write(second.afterVersion().afterRollback(first, List.of()));
    TrainingPosition third = trained(returned.position().goingOnFrom(returned.name(), 2, 3), 5, 6);
    held = write(third.afterCycle(false, GuardMemory.none()));
  }

  @Test
  void aVersionHasTheStateOfItsOwnCheckpoint() {
    SavedStates states = states(held);
    assertThat(states.of(version("v000001", promoted.name(), 1, 2), LATER)).contains(promoted);
    assertThat(states.of(version("v000003", held.name(), 5, 6), LATER)).contains(held);
  }

  @Test
  void aReturnToAVersionHoldsItsStateToo() {
    DurableDirectory.delete(promoted.directory());
    ModelVersion version = version("v000001", promoted.name(), 1, 2);
    assertThat(states(held).of(version, LATER)).contains(returned);

    DurableDirectory.delete(returned.directory());
    assertThat(states(held).of(version, LATER)).isEmpty();
  }

  @Test
  void aRestartFromItsWeightsHoldsTheStateOfWhatWasTrainedSince() {
    TrainingPosition now = held.position();
    Checkpoint restarted =
        write(now.afterRollback(now.at("v000001", 2, GuardMemory.none()), List.of()));
    ModelVersion version =
        ModelVersion.newBuilder(version("v000001", promoted.name(), 1, 2))
            .setRestartedAfter(6L)
            .build();
    ModelVersion before = version("v000003", held.name(), 5, 6);

    assertThat(states(restarted).of(version, LATER)).contains(restarted);
    assertThat(states(restarted).of(version, before)).contains(promoted);
    DurableDirectory.delete(promoted.directory());
    DurableDirectory.delete(returned.directory());
    assertThat(states(restarted).of(version, before)).isEmpty();
  }

  @Test
  void aVersionThatWasLeftBehindAtOnceHasNoState() {
    assertThat(states(held).of(version("v000002", promoted.name(), 3, 4), LATER)).isEmpty();
  }

  @Test
  void whatIsNotNamedMayBelongToAnotherLog() {
    DurableDirectory.delete(promoted.directory());
    assertThat(states(null).of(version("v000001", promoted.name(), 1, 2), LATER)).isEmpty();
  }

  @Test
  void whatWasLeftBehindIsToldToWhoeverWasTrainedAfterwards() {
    LeftBehind second = new LeftBehind(3, 4, 2, 2);
    assertThat(states(held).leftBehindBefore(version("v000003", held.name(), 5, 6)))
        .containsExactly(second);
    assertThat(states(held).leftBehindBefore(version("v000002", promoted.name(), 3, 4))).isEmpty();
  }

  private SavedStates states(@Nullable Checkpoint newest) {
    return new SavedStates(store, Optional.ofNullable(newest).map(SavedStatesTest::progress));
  }

  private static TrainingPosition trained(TrainingPosition from, long... windows) {
    TrainingPosition position = from;
    for (long window : windows) {
      position = position.afterWindow(window, window * 10, window, GuardMemory.none());
    }
    return position;
  }

  private Checkpoint write(TrainingPosition position) {
    return store.write(
        position,
        List.of(),
        Anchors.none(),
        GaugeTexts.none(),
        WrittenAnswers.none(),
        file -> Files.writeString(file, "x"));
  }

  private static Progress progress(Checkpoint newest) {
    return Progress.newBuilder()
        .setCheckpoint(newest.name())
        .setNextOffset(newest.position().nextOffset())
        .setLastWindow(newest.position().lastWindow())
        .setSettingsDigest("sd")
        .setHolder("h")
        .setHeartbeat(Instant.EPOCH)
        .build();
  }

  private static ModelVersion version(String name, String checkpoint, long first, long last) {
    return ModelVersion.newBuilder()
        .setVersion(name)
        .setStatus(VersionStatus.PROMOTED)
        .setReason("r")
        .setMethod("lora")
        .setPath("/store/" + name)
        .setCheckpoint(checkpoint)
        .setFirstWindow(first)
        .setLastWindow(last)
        .setProbes(Map.of())
        .setDigest("d")
        .setCreatedAt(Instant.EPOCH)
        .build();
  }
}
