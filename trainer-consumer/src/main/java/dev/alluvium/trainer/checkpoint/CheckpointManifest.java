package dev.alluvium.trainer.checkpoint;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.alluvium.trainer.files.FileDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the files of a checkpoint were when they were written, so that damage is noticed before
 * anything is read from them.
 *
 * @param files by name
 */
record CheckpointManifest(SortedMap<String, FileDigest> files) {
  private static final String FILE = "manifest.json";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  CheckpointManifest {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /** Describes the files of a directory in one more file. */
  static void write(Path directory) throws IOException {
    JSON.writeValue(
        directory.resolve(FILE).toFile(), new CheckpointManifest(FileDigest.ofAll(directory)));
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
      for (Map.Entry<String, FileDigest> entry : manifest.files().entrySet()) {
        Optional<String> damage = entry.getValue().damage(directory.resolve(entry.getKey()));
        if (damage.isPresent()) {
          return damage;
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("it cannot be read (%s)".formatted(e.getMessage()));
    }
  }
}
