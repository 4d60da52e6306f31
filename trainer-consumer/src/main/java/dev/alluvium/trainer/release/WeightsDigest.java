package dev.alluvium.trainer.release;

import dev.alluvium.schemas.Digests;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
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
    try (Stream<Path> files = Files.list(directory);
        OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      List<Path> weights =
          files.filter(f -> f.toString().endsWith(".safetensors")).sorted().toList();
      for (Path file : weights) {
        Files.copy(file, sink);
      }
    }
    return Digests.hex(digest.digest());
  }
}
