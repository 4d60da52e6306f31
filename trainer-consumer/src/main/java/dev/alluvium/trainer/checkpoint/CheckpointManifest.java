package dev.alluvium.trainer.checkpoint;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.alluvium.schemas.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the files of a checkpoint were when they were written, so that damage is noticed before
 * anything is read from them.
 *
 * @param files by name
 */
record CheckpointManifest(SortedMap<String, Entry> files) {
  private static final String FILE = "manifest.json";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  CheckpointManifest {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /** Length and digest of a file. */
  record Entry(long bytes, String sha256) {}

  /** Describes the files of a directory in one more file. */
  static void write(Path directory) throws IOException {
    SortedMap<String, Entry> files = new TreeMap<>();
    try (Stream<Path> children = Files.list(directory)) {
      for (Path file : children.toList()) {
        files.put(file.getFileName().toString(), new Entry(Files.size(file), Digests.sha256(file)));
      }
    }
    JSON.writeValue(directory.resolve(FILE).toFile(), new CheckpointManifest(files));
  }

  /**
   * What is wrong with a directory; nothing if it is as it was written.
   *
   * @param expected files that it must have
   */
  static Optional<String> damage(Path directory, List<String> expected) {
    if (!Files.isDirectory(directory)) {
      return Optional.of("its directory is missing");
    }
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.of(FILE + " is missing");
    }
    try {
      CheckpointManifest manifest = JSON.readValue(file.toFile(), CheckpointManifest.class);
      if (!manifest.files().keySet().containsAll(expected)) {
        return Optional.of(
            "%s names %s: expected %s".formatted(FILE, manifest.files().keySet(), expected));
      }
      for (Map.Entry<String, Entry> entry : manifest.files().entrySet()) {
        Optional<String> damage = damage(directory.resolve(entry.getKey()), entry.getValue());
        if (damage.isPresent()) {
          return damage;
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("it cannot be read (%s)".formatted(e.getMessage()));
    }
  }

  private static Optional<String> damage(Path file, Entry written) throws IOException {
    Path name = file.getFileName();
    if (!Files.exists(file)) {
      return Optional.of(name + " is missing");
    }
    long bytes = Files.size(file);
    if (bytes != written.bytes()) {
      return Optional.of("%s has %d bytes: expected %d".formatted(name, bytes, written.bytes()));
    }
    return Digests.sha256(file).equals(written.sha256())
        ? Optional.empty()
        : Optional.of(name + " is not what was written: its SHA-256 is another");
  }
}
