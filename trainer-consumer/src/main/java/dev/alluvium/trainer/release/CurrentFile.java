package dev.alluvium.trainer.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** The file that says what answers. Whoever reads it sees one state or the next, never half. */
public final class CurrentFile {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private final Path directory;

  /** A file that may not be there yet, nor its directory. */
  public CurrentFile(Path file) {
    this.file = file.toAbsolutePath();
    Path parent = this.file.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(file + " is no place for a file");
    }
    this.directory = parent;
  }

  /**
   * What it says; nothing when it is not there.
   *
   * @throws UncheckedIOException when it cannot be read
   * @throws IllegalStateException when it says something else
   */
  public Optional<Published> read() {
    try {
      JsonNode json = JSON.readTree(Files.readString(file));
      SortedMap<String, Instant> left = new TreeMap<>();
      for (Map.Entry<String, JsonNode> name : json.path("left").properties()) {
        left.put(name.getKey(), Instant.parse(name.getValue().asText()));
      }
      return Optional.of(
          new Published(
              json.required("model").asText(),
              json.required("version").asText(),
              Instant.parse(json.required("since").asText()),
              left));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
      throw new IllegalStateException(
          "%s is not what `alluvium publish` writes (%s): delete it, or name another file"
              .formatted(file, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  /**
   * Makes it say something else.
   *
   * @throws UncheckedIOException when the disk refuses; it then says what it said
   */
  public void write(Published published) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("model", published.model())
            .put("version", published.version())
            .put("since", published.since().toString());
    ObjectNode left = json.putObject("left");
    published.left().forEach((name, time) -> left.put(name, time.toString()));
    String text = json + "\n";
    Path draft =
        file.resolveSibling("%s.draft-%s".formatted(file.getFileName(), UUID.randomUUID()));
    try {
      Files.createDirectories(directory);
      try {
        Files.writeString(draft, text);
        force(draft);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(draft);
      }
      force(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
