package dev.alluvium.trainer.release;

import dev.alluvium.schemas.Digests;
import dev.alluvium.trainer.files.FileDigest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Tells the weights of a version from all others. */
public final class WeightsDigest {
  private WeightsDigest() {}

  /**
   * SHA-256 of the safetensors files of a directory, joined in the order of their names: of a
   * single file, the digest that {@code sha256sum} prints.
   */
  public static String of(Path directory) throws IOException {
    MessageDigest digest = Digests.sha256();
    try (OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      for (Path file : weightFiles(directory)) {
        Files.copy(file, sink);
      }
    }
    return Digests.hex(digest.digest());
  }

  /**
   * The same, of files that have been read already: a single weight file is not read again.
   *
   * @param known by name
   */
  static String of(Path directory, Map<String, FileDigest> known) throws IOException {
    List<Path> weights = weightFiles(directory);
    FileDigest single = weights.size() == 1 ? known.get(name(weights.get(0))) : null;
    return single == null ? of(directory) : single.sha256();
  }

  private static List<Path> weightFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> name(file).endsWith(".safetensors")).sorted().toList();
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }
}
