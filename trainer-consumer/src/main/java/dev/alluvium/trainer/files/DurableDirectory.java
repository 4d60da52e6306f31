package dev.alluvium.trainer.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes directories that are whole on disk or not there: written aside, forced, then moved. */
public final class DurableDirectory {
  private static final Logger log = LoggerFactory.getLogger(DurableDirectory.class);
  private static final String DRAFT = ".draft-";

  private DurableDirectory() {}

  /** Fills a directory. */
  public interface Filler {
    /** Writes the files into the given empty directory. */
    void fill(Path directory) throws IOException;
  }

  /**
   * Creates a directory with everything in it.
   *
   * @return the directory
   * @throws IllegalArgumentException when the place is taken
   * @throws UncheckedIOException when the disk refuses; nothing is left at the place then
   */
  public static Path create(Path place, Filler filler) {
    Path parent = place.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException(place + " is no place for a directory");
    }
    if (Files.exists(place)) {
      throw new IllegalArgumentException(place + " is there already: expected a new directory");
    }
    try {
      Files.createDirectories(parent);
      Path draft = Files.createDirectory(parent.resolve(DRAFT + UUID.randomUUID()));
      try {
        filler.fill(draft);
        try (Stream<Path> tree = Files.walk(draft)) {
          tree.forEach(DurableDirectory::force);
        }
        Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        delete(draft);
      }
      force(parent);
      Path above = parent.getParent();
      if (above != null) {
        force(above);
      }
      return place;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + place + ": " + e.getMessage(), e);
    }
  }

  /** Creates a directory with the same files and folders as another one. */
  public static Path copy(Path source, Path place) {
    return create(
        place,
        draft -> {
          try (Stream<Path> tree = Files.walk(source)) {
            for (Path path : tree.skip(1).toList()) { // the first is the source itself
              Files.copy(path, draft.resolve(source.relativize(path)));
            }
          }
        });
  }

  /**
   * Deletes what writers that were killed left half done.
   *
   * @param before drafts in which something has changed since stay: somebody may still write
   */
  public static void deleteDrafts(Path parent, Instant before) {
    if (!Files.isDirectory(parent)) {
      return;
    }
    try (Stream<Path> children = Files.list(parent)) {
      for (Path child : children.toList()) {
        if (child.getFileName().toString().startsWith(DRAFT) && unchangedSince(child, before)) {
          delete(child);
          log.info("{} is deleted: whoever wrote it was killed", child);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tidy " + parent, e);
    }
  }

  private static boolean unchangedSince(Path directory, Instant before) throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.toList()) {
        if (Files.getLastModifiedTime(path).toInstant().isAfter(before)) {
          return false;
        }
      }
      return true;
    } catch (NoSuchFileException | UncheckedIOException e) {
      return false; // something vanished meanwhile: somebody still writes
    }
  }

  /** Deletes a directory and all in it; one that is not there is fine. */
  public static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(directory)) {
      List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + directory, e);
    }
  }

  private static void force(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot force " + path + " to disk", e);
    }
  }
}
