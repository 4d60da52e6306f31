package dev.alluvium.streams.registry;

import dev.alluvium.schemas.pair.RegisteredSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/** Schemas in a directory: {@code 17.avsc} is the schema of id 17. */
final class DirectorySchemas implements RegisteredSchemas {
  private final Path directory;

  DirectorySchemas(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          "curate.registry is '%s': expected http://, https:// or an existing directory"
              .formatted(directory));
    }
    this.directory = directory;
  }

  @Override
  public Optional<Schema> byId(int id) {
    Path file = directory.resolve(id + ".avsc");
    try {
      return Optional.of(new Schema.Parser().parse(Files.readString(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | SchemaParseException e) {
      throw new RegistryUnavailableException("cannot read the schema " + file, e);
    }
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}
