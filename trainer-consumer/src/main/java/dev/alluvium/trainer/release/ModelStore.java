package dev.alluvium.trainer.release;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.alluvium.trainer.files.DurableDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Versions under {@code <store>/versions}: each a PEFT adapter directory with a {@code
 * manifest.json} beside the weights. Immutable; a version exists once models.v1 says so.
 */
public final class ModelStore {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Path root;

  /** Versions of a store. */
  public ModelStore(Path store) {
    this.root = store.resolve("versions");
  }

  /** Writes the adapter's files into a directory. */
  public interface AdapterWriter {
    /** Writes {@code adapter_model.safetensors} and {@code adapter_config.json}. */
    void write(Path directory) throws IOException;
  }

  /** Makes the manifest once the adapter's files are there to be digested. */
  public interface ManifestMaker {
    /** The manifest of the adapter in the directory. */
    Manifest of(Path directory) throws IOException;
  }

  /** Name of the version with a number: {@code v000012}. */
  public static String name(int number) {
    return "v%06d".formatted(number);
  }

  /** Writes a version's directory, whole or not at all. */
  public Path write(int number, AdapterWriter adapter, ManifestMaker manifest) {
    String directory = name(number) + "-" + UUID.randomUUID().toString().substring(0, 8);
    return DurableDirectory.create(
        root.resolve(directory),
        draft -> {
          adapter.write(draft);
          JSON.writeValue(draft.resolve("manifest.json").toFile(), manifest.of(draft));
        });
  }
}
