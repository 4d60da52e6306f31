package dev.alluvium.cli.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.trainer.config.TrainingMethod;
import dev.alluvium.trainer.release.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What our versions are called on servers, and where servers see them. */
final class Naming {
  private static final String CONFIG = "adapter_config.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String prefix;
  private final Path store;
  private final String storeOnServer;

  /**
   * @param prefix what all names begin with
   * @param store the store as this process sees it
   * @param storeOnServer the store as servers see it; empty when it is the same
   */
  Naming(String prefix, Path store, String storeOnServer) {
    this.prefix = prefix + "-";
    this.store = store.toAbsolutePath().normalize();
    this.storeOnServer = storeOnServer;
  }

  /** The version that a name on a server may stand for; nothing for a name that is not ours. */
  Optional<String> version(String model) {
    return Optional.of(model)
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .filter(ModelStore::isName);
  }

  /** The version as what shall answer, or why it cannot. */
  Wanted target(ModelVersion version) {
    String name = version.getVersion();
    if (TrainingMethod.parse(version.getMethod()) != TrainingMethod.LORA) {
      return Wanted.refused(
          name,
          "%s has all weights (train.method full), and servers take adapters only: start servers on its own directory, %s"
              .formatted(name, version.getPath()));
    }
    try {
      check(Path.of(version.getPath()));
      return Wanted.of(adapter(version));
    } catch (IllegalArgumentException e) {
      return Wanted.refused(name, String.valueOf(e.getMessage()));
    }
  }

  /**
   * The version as servers know it.
   *
   * @throws IllegalArgumentException when servers cannot see its directory
   */
  Adapter adapter(ModelVersion version) {
    Path here = Path.of(version.getPath()).toAbsolutePath().normalize();
    if (!storeOnServer.isEmpty() && !here.startsWith(store)) {
      throw new IllegalArgumentException(
          "%s is at %s, which is not in train.store (%s): publish.storeOnServer tells only where servers see that"
              .formatted(version.getVersion(), here, store));
    }
    Path there =
        storeOnServer.isEmpty() ? here : Path.of(storeOnServer).resolve(store.relativize(here));
    return new Adapter(
        version.getVersion(), prefix + version.getVersion(), there.normalize().toString());
  }

  /** What can be told of a directory that this process sees; the rest is for the server to say. */
  private static void check(Path directory) {
    Path file = directory.resolve(CONFIG);
    if (!Files.isDirectory(directory)) {
      return;
    }
    try {
      JsonNode config = JSON.readTree(file.toFile());
      if (!config.path("modules_to_save").isEmpty()) {
        throw new IllegalArgumentException(
            "%s: modules_to_save is %s: servers take low-rank matrices only"
                .formatted(file, config.path("modules_to_save")));
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s cannot be read: expected the settings of a PEFT adapter".formatted(file), e);
    }
  }
}
