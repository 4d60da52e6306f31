package dev.alluvium.trainer.files;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.alluvium.schemas.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SHA-256 of large files, each remembered as long as place, length, times and inode of the file are
 * the same, so that it need not be read at every start. Owned by one thread.
 */
public final class DigestMemory {
  private static final Logger log = LoggerFactory.getLogger(DigestMemory.class);
  private static final String FILE = "digests.json";
  private static final int MOST = 1_000;

  /**
   * A file that changed this shortly before it was read may change again without another time: file
   * systems count in ticks of up to 2 s (FAT).
   */
  private static final Duration TICK = Duration.ofSeconds(2);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path directory;
  private final InstantSource clock;
  private final Path file;

  /** By place and looks of the file, oldest first. */
  private final Map<String, String> known;

  private final Map<String, String> fresh = new LinkedHashMap<>();

  DigestMemory(Path directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
    this.file = directory.resolve(FILE);
    this.known = read(file);
  }

  /**
   * What is remembered in a directory, which need not be there. Nothing is written into it before
   * {@link #keep}.
   */
  public static DigestMemory in(Path directory) {
    return new DigestMemory(directory, InstantSource.system());
  }

  /** What cannot be understood is forgotten: it can be calculated anew. */
  private static Map<String, String> read(Path file) {
    if (!Files.exists(file)) {
      return new LinkedHashMap<>();
    }
    try {
      Map<String, String> all =
          JSON.readValue(file.toFile(), new TypeReference<LinkedHashMap<String, String>>() {});
      return all == null ? new LinkedHashMap<>() : all;
    } catch (IOException e) {
      log.warn("{} cannot be read, digests are calculated anew: {}", file, e.toString());
      return new LinkedHashMap<>();
    }
  }

  /** The digest of a file, read only when it is not remembered. */
  public String sha256(Path path) throws IOException {
    Path real = path.toRealPath();
    Looks before = Looks.of(real);
    String key = real + " " + before.text();
    String remembered = known.get(key);
    if (remembered != null) {
      return remembered;
    }
    boolean settled = before.newest().isBefore(clock.instant().minus(TICK));
    String digest = Digests.sha256(real);
    if (settled && Looks.of(real).equals(before)) {
      known.put(key, digest);
      fresh.put(key, digest);
    }
    return digest;
  }

  /** Writes what is new. A disk that refuses is told of, and costs the next start its time. */
  public void keep() {
    if (fresh.isEmpty()) {
      return;
    }
    Map<String, String> all = read(file); // others may have written since
    all.putAll(fresh);
    Iterator<String> oldest = all.keySet().iterator();
    for (int surplus = all.size() - MOST; surplus > 0; surplus--) {
      oldest.next();
      oldest.remove();
    }
    Path draft = directory.resolve("%s.draft-%s".formatted(FILE, UUID.randomUUID()));
    try {
      Files.createDirectories(directory);
      try {
        JSON.writeValue(draft.toFile(), all);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(draft);
      }
      fresh.clear();
    } catch (IOException e) {
      log.warn(
          "{} cannot be written, the next start reads these files again: {}", file, e.toString());
    }
  }

  /**
   * A file from outside.
   *
   * @param text length, times and inode
   * @param newest the newest of its times
   */
  private record Looks(String text, Instant newest) {
    static Looks of(Path file) throws IOException {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      FileTime modified = now.lastModifiedTime();
      FileTime changed = changed(file, modified);
      FileTime newest = modified.compareTo(changed) > 0 ? modified : changed;
      String text =
          "%d %d %d %s"
              .formatted(
                  now.size(),
                  modified.to(TimeUnit.NANOSECONDS),
                  changed.to(TimeUnit.NANOSECONDS),
                  now.fileKey());
      return new Looks(text, newest.toInstant());
    }

    /** The time that nobody can set, where there is one. */
    private static FileTime changed(Path file, FileTime modified) throws IOException {
      return file.getFileSystem().supportedFileAttributeViews().contains("unix")
          ? (FileTime) Files.getAttribute(file, "unix:ctime", new LinkOption[0])
          : modified;
    }
  }
}
