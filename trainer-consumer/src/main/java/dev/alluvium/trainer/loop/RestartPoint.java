package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.config.TrainingMethod;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.release.Manifest;
import dev.alluvium.trainer.release.ModelStore;
import dev.alluvium.trainer.release.WeightsDigest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The weights of a promoted version, to restart training from when its full state is gone. */
final class RestartPoint {
  private static final String CONFIG = "config.json";

  private RestartPoint() {}

  /**
   * Why training cannot restart from a version, naming the file or the setting; nothing if it can.
   *
   * @param version as models.v1 has it; null when it has none of the name
   * @param settings those in force
   * @param baseDigest SHA-256 of the content of the base model in force
   */
  static Optional<String> obstacle(
      @Nullable ModelVersion version, TrainSettings settings, String baseDigest) {
    if (version == null) {
      return Optional.of("there is no such version");
    }
    if (!Serving.isPromotedByTheGate(version)) {
      return Optional.of(
          "the gate did not promote it, or it was left behind (%s: %s)"
              .formatted(version.getStatus(), version.getReason()));
    }
    Path directory = Path.of(version.getPath());
    if (!Files.isDirectory(directory)) {
      return Optional.of(directory + " is not there any more (train.keep.versions)");
    }
    try {
      Optional<String> damage = damage(version, directory);
      if (damage.isPresent()) {
        return damage;
      }
      Optional<String> other = otherBase(version, directory, settings, baseDigest);
      return other.isPresent() ? other : otherShape(directory, settings);
    } catch (IOException e) {
      return Optional.of("%s cannot be read: %s".formatted(directory, e));
    } catch (UncheckedIOException | IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<String> damage(ModelVersion version, Path directory) throws IOException {
    String manifest = version.getManifestDigest();
    if (manifest != null && !manifest.equals(ModelStore.manifestDigest(directory))) {
      return Optional.of("the manifest.json in %s is not what was written".formatted(directory));
    }
    String digest = WeightsDigest.of(directory);
    return digest.equals(version.getDigest())
        ? Optional.empty()
        : Optional.of(
            "%s are not what was measured: SHA-256 %s, expected %s"
                .formatted(weightFiles(directory), digest, version.getDigest()));
  }

  private static List<Path> weightFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
    }
  }

  private static Optional<String> otherBase(
      ModelVersion version, Path directory, TrainSettings settings, String baseDigest)
      throws IOException {
    if (!version.getMethod().equals(settings.method())) {
      return Optional.of(other("train.method", settings.method(), version.getMethod()));
    }
    Manifest manifest = ModelStore.manifest(directory);
    String base = manifest.baseModel();
    Path now = Path.of(settings.model());
    boolean sameBase = absolute(now).equals(absolute(Path.of(base)));
    boolean sameConfig =
        isAdapter(settings) || Files.mismatch(now.resolve(CONFIG), directory.resolve(CONFIG)) < 0;
    return sameBase && sameConfig
        ? manifest.otherBase(now, baseDigest)
        : Optional.of(other("train.model", settings.model(), base));
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private static boolean isAdapter(TrainSettings settings) {
    return TrainingMethod.parse(settings.method()) == TrainingMethod.LORA;
  }

  private static Optional<String> otherShape(Path directory, TrainSettings settings) {
    if (!isAdapter(settings)) {
      return Optional.empty();
    }
    LoraSettings now = settings.lora().shape();
    LoraSettings then = LoraSettings.of(directory);
    return differing("train.lora.rank", now.rank(), then.rank())
        .or(() -> differing("train.lora.alpha", now.alpha(), then.alpha()))
        .or(() -> differing("train.lora.dropout", now.dropout(), then.dropout()))
        .or(() -> differing("train.lora.targets", now.targets(), then.targets()))
        .or(
            () ->
                differing(
                    "train.lora.rankStabilised", now.rankStabilised(), then.rankStabilised()));
  }

  private static Optional<String> differing(String key, Object now, Object then) {
    return now.equals(then) ? Optional.empty() : Optional.of(other(key, now, then));
  }

  private static String other(String key, Object now, Object then) {
    return "%s is %s, and the version was trained with %s: bring that back"
        .formatted(key, now, then);
  }
}
