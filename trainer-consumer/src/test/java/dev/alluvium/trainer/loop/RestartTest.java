package dev.alluvium.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.config.AdapterSettings;
import dev.alluvium.trainer.config.CommitSettings;
import dev.alluvium.trainer.config.GateSettings;
import dev.alluvium.trainer.config.GuardSettings;
import dev.alluvium.trainer.config.KeepSettings;
import dev.alluvium.trainer.config.KlSettings;
import dev.alluvium.trainer.config.SftMixSettings;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.config.TrainingMethod;
import dev.alluvium.trainer.files.DurableDirectory;
import dev.alluvium.trainer.release.Manifest;
import dev.alluvium.trainer.release.ModelStore;
import dev.alluvium.trainer.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Training restarts from a version's weights, without a memory, or is told why it cannot. */
final class RestartTest {
  private static final double RATE = 1e-2;
  private static final String BASE = "b".repeat(64);

  @TempDir private Path root;

  @ParameterizedTest
  @EnumSource
  void weightsAreTheVersionsAndTheOptimizerRemembersNothing(TrainingMethod method)
      throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied");
        Learner learner = Learner.load(settings(fixture.directory(), method, 4))) {
      int[] ids = fixture.examples().get(0).ids();
      float[][] base = learner.model().logits(ids);
      train(learner, fixture);
      float[][] promoted = learner.model().logits(ids);
      assertThat(promoted[0]).isNotEqualTo(base[0]);
      Path version = Files.createDirectory(root.resolve("version"));
      learner.export(version);
      train(learner, fixture);

      learner.restart(version);

      assertThat(learner.model().logits(ids)).isDeepEqualTo(promoted);
      float[][] asked = learner.askBase(model -> model.logits(ids));
      assertThat(asked).isDeepEqualTo(base);
      Path state = root.resolve("state.safetensors");
      learner.save(state);
      assertWithoutMemory(state, weights(version, method));

      train(learner, fixture);
      float[][] further = learner.model().logits(ids);
      learner.restore(state);
      train(learner, fixture);
      assertThat(learner.model().logits(ids)).isDeepEqualTo(further);

      learner.restart(version);
      learner.reset();
      assertThat(learner.model().logits(ids)).isDeepEqualTo(base);
    }
  }

  private static void assertWithoutMemory(Path state, Path version) {
    try (Safetensors saved = Safetensors.open(state);
        Safetensors weights = Safetensors.open(version)) {
      assertThat(saved.metadata()).containsEntry("step", "0");
      for (String name : saved.tensors().keySet()) {
        if (name.startsWith("parameter.")) {
          assertThat(saved.all(name)).isEqualTo(weights.all(name.substring(10)));
        } else {
          assertThat(saved.all(name)).containsOnly(0);
        }
      }
    }
  }

  @Test
  void saysWhichFileOrSettingIsInTheWay() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied")) {
      Path base = fixture.directory();
      TrainSettings settings = settings(base, TrainingMethod.LORA, 4);
      ModelVersion version = version(settings);
      assertThat(RestartPoint.obstacle(version, settings, BASE)).isEmpty();

      assertThat(RestartPoint.obstacle(null, settings, BASE)).hasValue("there is no such version");
      ModelVersion left =
          ModelVersion.newBuilder(version).setStatus(VersionStatus.ROLLED_BACK).build();
      assertThat(obstacle(left, settings)).contains("ROLLED_BACK");
      assertThat(obstacle(version, settings(base, TrainingMethod.LORA, 8)))
          .isEqualTo("train.lora.rank is 8, and the version was trained with 4: bring that back");
      assertThat(obstacle(version, settings(base, TrainingMethod.FULL, 4)))
          .contains("train.method is full", "lora");
      Path other = DurableDirectory.copy(base, root.resolve("other"));
      assertThat(obstacle(version, settings(other, TrainingMethod.LORA, 4)))
          .contains("train.model is " + other, base.toString());
      String changed = "c".repeat(64);
      assertThat(RestartPoint.obstacle(version, settings, changed).orElseThrow())
          .contains("another base model", base.toString(), changed, "expected " + BASE);

      Path directory = Path.of(version.getPath());
      Path weights = weights(directory, TrainingMethod.LORA);
      byte[] bytes = Files.readAllBytes(weights);
      bytes[bytes.length - 1] ^= 1;
      Files.write(weights, bytes);
      assertThat(obstacle(version, settings))
          .contains(weights.toString(), "not what was measured", version.getDigest());
      DurableDirectory.delete(directory);
      assertThat(obstacle(version, settings)).contains(directory.toString(), "not there any more");
    }
  }

  private static String obstacle(ModelVersion version, TrainSettings settings) {
    return RestartPoint.obstacle(version, settings, BASE).orElseThrow();
  }

  private ModelVersion version(TrainSettings settings) {
    try (Learner learner = Learner.load(settings)) {
      ModelStore.Stored stored =
          new ModelStore(root.resolve("store"))
              .write(
                  1,
                  learner::export,
                  contents ->
                      new Manifest(
                          "v000001",
                          null,
                          "PROMOTED",
                          "good",
                          settings.method(),
                          settings.model(),
                          BASE,
                          1,
                          2,
                          9,
                          4,
                          settings.digest(),
                          contents.weights(),
                          contents.files(),
                          "window-000002-0123abcd",
                          Map.of(),
                          Instant.EPOCH.toString()));
      return ModelVersion.newBuilder()
          .setVersion("v000001")
          .setStatus(VersionStatus.PROMOTED)
          .setReason("good")
          .setMethod(settings.method())
          .setPath(stored.directory().toString())
          .setCheckpoint("window-000002-0123abcd")
          .setFirstWindow(1L)
          .setLastWindow(2L)
          .setProbes(Map.of())
          .setDigest(stored.manifest().weightsDigest())
          .setCreatedAt(Instant.EPOCH)
          .build();
    }
  }

  private static Path weights(Path version, TrainingMethod method) {
    return method == TrainingMethod.LORA ? version.resolve("adapter_model.safetensors") : version;
  }

  private static void train(Learner learner, ParityFixture fixture) {
    for (int i = 0; i < 2; i++) {
      learner.step().step(Batch.of(fixture.examples()), RATE);
    }
  }

  private static TrainSettings settings(Path model, TrainingMethod method, int rank) {
    return new TrainSettings(
        model.toString(),
        "unused",
        "cpu",
        "float32",
        1,
        1,
        method.toString(),
        new AdapterSettings(rank, 8, 0, "all", false),
        RATE,
        0,
        0,
        1,
        1,
        64,
        1,
        0,
        64,
        "token",
        new SftMixSettings(0, 0.5, "batch", "skill", 100),
        new KlSettings(0),
        "model",
        Map.of(),
        new CommitSettings(0),
        new GateSettings(1, 0.05, 0.1, "best", 2, "refuse", 0, 128, 0.05, 0.1),
        new GuardSettings(0, 0, 1, 0),
        new KeepSettings(1, 1, 1),
        Duration.ofSeconds(10));
  }
}
