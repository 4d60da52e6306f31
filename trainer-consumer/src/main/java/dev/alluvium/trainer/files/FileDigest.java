package dev.alluvium.trainer.files;

import dev.alluvium.schemas.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a file was when it was written.
 *
 * @param bytes its length
 * @param sha256 in hexadecimal
 */
public record FileDigest(long bytes, String sha256) {
  /** Reads a file. */
  public static FileDigest of(Path file) throws IOException {
    return new FileDigest(Files.size(file), Digests.sha256(file));
  }

  /** Reads all files of a directory and its folders; each is named by its path in there. */
  public static SortedMap<String, FileDigest> ofAll(Path directory) throws IOException {
    SortedMap<String, FileDigest> files = new TreeMap<>();
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path file : tree.filter(path -> !Files.isDirectory(path)).toList()) {
        files.put(directory.relativize(file).toString(), of(file));
      }
    }
    return files;
  }

  /** What is wrong with the file by now; nothing if it is as it was. */
  public Optional<String> damage(Path file) throws IOException {
    Path name = file.getFileName();
    if (!Files.exists(file)) {
      return Optional.of(name + " is missing");
    }
    long now = Files.size(file);
    if (now != bytes) {
      return Optional.of("%s has %d bytes: expected %d".formatted(name, now, bytes));
    }
    return Digests.sha256(file).equals(sha256)
        ? Optional.empty()
        : Optional.of(name + " is not what was written: its SHA-256 is another");
  }
}
