package dev.alluvium.trainer.generate.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.trainer.evaluate.LoadedModel;
import dev.alluvium.trainer.model.Parameter;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.release.Manifest;
import dev.alluvium.trainer.release.ModelStore;
import dev.alluvium.trainer.text.TemplateChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which weights answer after which promotion. */
class ServingTest {
  private static final Path TINY = Path.of("../models/tiny");
  private static final Compute COMPUTE = new Compute("cpu", Precision.FLOAT32, 1);
  private static final TemplateChoice TURNS = TemplateChoice.of(TemplateChoice.MODEL);
  private static final String BASE = "b".repeat(64);
  private static final int[] IDS = {5, 6, 7};

  @TempDir private static Path directory;
  private static Path first;
  private static Path second;
  private static Path full;

  private final AtomicReference<Optional<ModelVersion>> promoted =
      new AtomicReference<>(Optional.empty());

  @BeforeAll
  static void makeVersions() throws IOException {
    first = adapter("first", 1);
    second = adapter("second", 2);
    full = copy(TINY, directory.resolve("full"));
  }

  @Test
  void adaptersAreSwappedOnTheBaseAndWholeModelsTakeItsPlace() {
    try (ResidentModel model = new ResidentModel(TINY, BASE, COMPUTE, TURNS, 256);
        Serving serving = new Serving(model, promoted::get, Duration.ofMinutes(1))) {
      float[] base = logits(serving);
      assertThat(serving.name()).isEqualTo("base");

      promote("v000001", "lora", first);
      assertThat(logits(serving)).isEqualTo(alone(first)).isNotEqualTo(base);
      assertThat(serving.name()).isEqualTo("v000001");

      promote("v000002", "lora", second);
      assertThat(logits(serving)).isEqualTo(alone(second)).isNotEqualTo(alone(first));

      promote("v000003", "full", full);
      assertThat(logits(serving)).isEqualTo(base);
      assertThat(serving.name()).isEqualTo("v000003");

      promote("v000004", "lora", first);
      assertThat(logits(serving)).isEqualTo(alone(first));

      promoted.set(Optional.empty());
      assertThat(logits(serving)).isEqualTo(base);
      assertThat(serving.name()).isEqualTo("base");
    }
  }

  @Test
  void weightsOtherThanThoseThatWereMeasuredDoNotAnswer() {
    try (ResidentModel model = new ResidentModel(TINY, BASE, COMPUTE, TURNS, 256);
        Serving serving = new Serving(model, promoted::get, Duration.ofMinutes(1))) {
      promote("v000001", "lora", first);
      assertThat(logits(serving)).isEqualTo(alone(first));
      ModelVersion swapped =
          ModelVersion.newBuilder(Versions.promoted("v000002", "lora", second))
              .setDigest("0".repeat(64))
              .build();
      promoted.set(Optional.of(swapped));
      assertThat(logits(serving)).isEqualTo(alone(first));
      assertThat(serving.name()).isEqualTo("v000001");
      assertThatThrownBy(() -> model.load(swapped))
          .hasMessageContaining("not those that were measured as v000002");
    }
  }

  @Test
  void aVersionThatIsNotThereLeavesTheOldOneAndIsTriedAgain() throws IOException {
    try (ResidentModel model = new ResidentModel(TINY, BASE, COMPUTE, TURNS, 256);
        Serving serving = new Serving(model, promoted::get, Duration.ZERO)) {
      promote("v000001", "lora", first);
      logits(serving);
      Path late = directory.resolve("late");

      promoted.set(Optional.of(movedTo(late, Versions.promoted("v000002", "lora", second))));
      assertThat(logits(serving)).isEqualTo(alone(first));
      assertThat(serving.name()).isEqualTo("v000001");

      copy(second, late);
      assertThat(logits(serving)).isEqualTo(alone(second));
      assertThat(serving.name()).isEqualTo("v000002");

      promote("v000003", "full", Files.createDirectories(directory.resolve("empty")));
      assertThat(logits(serving)).isEqualTo(alone(second));
      assertThat(serving.name()).isEqualTo("v000002");
    }
  }

  /** The version whose files will be there. */
  private static ModelVersion movedTo(Path path, ModelVersion version) {
    return ModelVersion.newBuilder(version).setPath(path.toString()).build();
  }

  @Test
  void aVersionThatCannotBeLoadedIsNotTriedBeforeItsTime() throws IOException {
    try (ResidentModel model = new ResidentModel(TINY, BASE, COMPUTE, TURNS, 256);
        Serving serving = new Serving(model, promoted::get, Duration.ofHours(1))) {
      Path later = directory.resolve("later");
      promoted.set(Optional.of(movedTo(later, Versions.promoted("v000001", "lora", first))));
      logits(serving);
      copy(first, later);
      logits(serving);
      assertThat(serving.name()).isEqualTo("base");

      promote("v000002", "lora", second); // another version is tried at once
      logits(serving);
      assertThat(serving.name()).isEqualTo("v000002");
    }
  }

  @Test
  void anAdapterOfAnotherBaseModelLeavesTheOldOneAnswering() throws IOException {
    try (ResidentModel model = new ResidentModel(TINY, BASE, COMPUTE, TURNS, 256);
        Serving serving = new Serving(model, promoted::get, Duration.ZERO)) {
      promoted.set(Optional.of(trainedOn(BASE, 1, first)));
      assertThat(logits(serving)).isEqualTo(alone(first));

      ModelVersion other = trainedOn("c".repeat(64), 2, second);
      promoted.set(Optional.of(other));
      assertThat(logits(serving)).isEqualTo(alone(first));
      assertThat(serving.name()).isEqualTo("v000001");
      assertThatThrownBy(() -> model.load(other))
          .hasMessageContainingAll(
              "v000002", "another base model", TINY.toString(), BASE, "expected " + "c".repeat(64));
    }
  }

  /** A version as a trainer writes it. */
  private static ModelVersion trainedOn(String base, int number, Path adapter) {
    String name = ModelStore.name(number);
    ModelStore.Stored stored =
        new ModelStore(directory)
            .write(
                number,
                draft -> copy(adapter, draft),
                contents ->
                    new Manifest(
                        name,
                        null,
                        "PROMOTED",
                        "",
                        "lora",
                        "b",
                        base,
                        1,
                        2,
                        3,
                        4,
                        "s",
                        contents.weights(),
                        contents.files(),
                        "c",
                        Map.of(),
                        "t"));
    return ModelVersion.newBuilder(Versions.promoted(name, "lora", stored.directory()))
        .setManifestDigest(stored.manifestDigest())
        .build();
  }

  private void promote(String version, String method, Path path) {
    promoted.set(Optional.of(Versions.promoted(version, method, path)));
  }

  private static float[] logits(Serving serving) {
    return serving.current().model().logits(IDS)[IDS.length - 1];
  }

  private static float[] alone(Path adapter) {
    try (LoadedModel model = LoadedModel.load(TINY, Optional.of(adapter), COMPUTE, TURNS)) {
      return model.model().logits(IDS)[IDS.length - 1];
    }
  }

  /** An adapter that changes something: B is not zero. */
  private static Path adapter(String name, int seed) {
    Path target = directory.resolve(name);
    try (LoadedModel model = LoadedModel.load(TINY, Optional.empty(), COMPUTE, TURNS);
        LoraAdapter adapter =
            LoraAdapter.fresh(model.model().decoder(), LoraSettings.allProjections(2, 4), seed)) {
      for (Parameter parameter : adapter.parameters().list()) {
        if (parameter.name().contains("lora_B")) {
          parameter.value().addi(0.05 * seed);
        }
      }
      adapter.save(target, TINY.toString());
    }
    return target;
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }
}
