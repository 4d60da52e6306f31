package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.trainer.commit.TrainingLog;
import dev.alluvium.trainer.files.DurableDirectory;
import dev.alluvium.trainer.release.KeptVersions;
import dev.alluvium.trainer.release.ModelStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the directories of versions: of those that models.v1 names, a number stays; those that it
 * does not name are left over from a crash, and go.
 *
 * @param models where they are
 * @param trainingLog what is known of them
 * @param newest how many of the newest stay
 */
record VersionTidying(ModelStore models, TrainingLog trainingLog, int newest) {
  private static final Logger log = LoggerFactory.getLogger(VersionTidying.class);

  /**
   * Deletes what is kept no more.
   *
   * @param there what was there before this trainer's last commit. That commit showed who holds the
   *     lease: what the log does not name by now, it never will
   * @param returnPoints versions that training can return to
   * @param logBegins time of the oldest record there is; what is older may be of another log, such
   *     as one on a broker whose data was thrown away, and stays
   */
  void tidy(List<Path> there, Set<String> returnPoints, Instant logBegins) {
    SortedMap<String, ModelVersion> versions = trainingLog.versions();
    Set<String> needed = new HashSet<>(returnPoints);
    trainingLog.serving().ifPresent(needed::add);
    Set<String> kept = KeptVersions.of(versions, newest, needed);
    Map<Path, String> named = new HashMap<>();
    versions
        .values()
        .forEach(one -> named.put(Path.of(one.getPath()).getFileName(), one.getVersion()));
    for (Path directory : there.stream().filter(Files::isDirectory).toList()) {
      String version = named.get(directory.getFileName());
      if (version == null && time(directory).isAfter(logBegins)) {
        delete(directory, "it was left over from a crash, no version is in it");
      } else if (version != null && !kept.contains(version)) {
        delete(
            directory,
            "%s is not among the newest %d versions (train.keep.versions), and nothing needs it"
                .formatted(version, newest));
      }
    }
  }

  /** What cannot be deleted now, such as a file that somebody reads over NFS, is tried again. */
  private static void delete(Path directory, String why) {
    try {
      DurableDirectory.delete(directory);
      log.info("{} is deleted: {}", directory, why);
    } catch (UncheckedIOException e) {
      log.warn("{} cannot be deleted yet, although {}: {}", directory, why, e.getMessage());
    }
  }

  private static Instant time(Path directory) {
    try {
      return Files.getLastModifiedTime(directory).toInstant();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the time of " + directory, e);
    }
  }
}
