package dev.alluvium.trainer.release;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.alluvium.schemas.Digests;
import dev.alluvium.trainer.files.DurableDirectory;
import dev.alluvium.trainer.files.FileDigest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Versions under {@code <store>/versions}: each a PEFT adapter or a whole model directory, with a
 * {@code manifest.json} beside the weights. Immutable; a version exists once models.v1 says so.
 */
public final class ModelStore {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static final String MANIFEST_FILE = "manifest.json";
  private static final Pattern NAME = Pattern.compile("v\\d{6,9}");
  private static final Pattern DIRECTORY = Pattern.compile("v\\d{6,}-[0-9a-f]{8}");

  private final Path root;

  /** Versions of a store. */
  public ModelStore(Path store) {
    this.root = store.resolve("versions");
  }

  /** Writes weights, and what is needed to use them, into a directory. */
  public interface WeightsWriter {
    /** Fills the given empty directory. */
    void write(Path directory) throws IOException;
  }

  /**
   * What a version's directory holds, beside the manifest.
   *
   * @param weights SHA-256 of the weight files, in the order of their names
   * @param files all files, by their paths in there
   */
  public record Contents(String weights, SortedMap<String, FileDigest> files) {}

  /**
   * A version on disk.
   *
   * @param manifestDigest SHA-256 of its manifest
   */
  public record Stored(Path directory, Manifest manifest, String manifestDigest) {}

  /** Whether a text is the name of a version, there or not. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** Number of a version, of which the name is given. */
  public static long number(String version) {
    return Long.parseLong(version.substring(1));
  }

  /** Name of the version with a number: {@code v000012}. */
  public static String name(int number) {
    return "v%06d".formatted(number);
  }

  /**
   * What a version's directory says of itself.
   *
   * @throws IOException when it says nothing, or not all that a manifest says
   */
  public static Manifest manifest(Path directory) throws IOException {
    Path file = directory.resolve(MANIFEST_FILE);
    Manifest manifest = JSON.readValue(file.toFile(), Manifest.class);
    if (manifest == null) {
      throw new IOException("%s holds null: expected a manifest".formatted(file));
    }
    return manifest;
  }

  /** Whether a directory tells of itself, as that of a version does. */
  public static boolean hasManifest(Path directory) {
    return Files.exists(directory.resolve(MANIFEST_FILE));
  }

  /**
   * SHA-256 of the file in which a version's directory tells of itself.
   *
   * @throws IOException when it cannot be read
   */
  public static String manifestDigest(Path directory) throws IOException {
    return Digests.sha256(directory.resolve(MANIFEST_FILE));
  }

  /**
   * Reads what a version's directory holds.
   *
   * @throws IOException when it cannot be read
   */
  public static Contents contents(Path directory) throws IOException {
    SortedMap<String, FileDigest> files = FileDigest.ofAll(directory);
    files.remove(MANIFEST_FILE);
    return new Contents(WeightsDigest.of(directory, files), files);
  }

  /** Deletes drafts that were left half done and have not changed since the given time. */
  public void deleteDrafts(Instant before) {
    DurableDirectory.deleteDrafts(root, before);
  }

  /** The directories of versions that are there by now, named by models.v1 or not. */
  public List<Path> directories() {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(root)) {
      return children
          .filter(child -> DIRECTORY.matcher(child.getFileName().toString()).matches())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + root, e);
    }
  }

  /**
   * Writes a version's directory, whole or not at all.
   *
   * @param manifest from what was written
   */
  public Stored write(int number, WeightsWriter weights, Function<Contents, Manifest> manifest) {
    String name = name(number) + "-" + UUID.randomUUID().toString().substring(0, 8);
    AtomicReference<Manifest> written = new AtomicReference<>();
    AtomicReference<String> digest = new AtomicReference<>();
    Path directory =
        DurableDirectory.create(
            root.resolve(name),
            draft -> {
              weights.write(draft);
              written.set(manifest.apply(contents(draft)));
              byte[] bytes = JSON.writeValueAsBytes(written.get());
              Files.write(draft.resolve(MANIFEST_FILE), bytes);
              digest.set(Digests.sha256(bytes));
            });
    return new Stored(
        directory, Objects.requireNonNull(written.get()), Objects.requireNonNull(digest.get()));
  }
}
