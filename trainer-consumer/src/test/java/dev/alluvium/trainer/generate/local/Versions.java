package dev.alluvium.trainer.generate.local;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.trainer.release.WeightsDigest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** Records of versions. */
final class Versions {
  private Versions() {}

  /** A version that was promoted. */
  static ModelVersion promoted(String name, String method, Path path) {
    return ModelVersion.newBuilder()
        .setVersion(name)
        .setStatus(VersionStatus.PROMOTED)
        .setReason("")
        .setMethod(method)
        .setPath(path.toString())
        .setCheckpoint("")
        .setFirstWindow(1)
        .setLastWindow(2)
        .setProbes(Map.of())
        .setDigest(digest(path))
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  /** Of the weights that are there, if any. */
  private static String digest(Path directory) {
    try {
      return Files.isDirectory(directory) ? WeightsDigest.of(directory) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
