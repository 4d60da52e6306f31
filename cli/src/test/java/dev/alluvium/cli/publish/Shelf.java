package dev.alluvium.cli.publish;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.VersionStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** Versions on disk and their records, as a trainer makes them, of a few bytes each. */
final class Shelf {
  private final Path store;

  Shelf(Path store) {
    this.store = store;
  }

  Path store() {
    return store;
  }

  /** An adapter of rank 8 on q_proj. */
  ModelVersion adapter(int number) throws IOException {
    return adapter(number, 8, "q_proj", "null");
  }

  ModelVersion adapter(int number, int rank, String module, String modulesToSave)
      throws IOException {
    Path directory = directory(number);
    Files.createDirectories(directory);
    Files.writeString(
        directory.resolve("adapter_config.json"),
        """
        {"peft_type":"LORA","r":%d,"lora_alpha":16,"target_modules":["%s"],"modules_to_save":%s}
        """
            .formatted(rank, module, modulesToSave));
    Files.writeString(directory.resolve("adapter_model.safetensors"), "weights of " + number);
    return record(number, "lora", VersionStatus.PROMOTED);
  }

  Path directory(int number) {
    return store.resolve("alluvium-train/versions/v%06d-0000000%d".formatted(number, number % 10));
  }

  ModelVersion record(int number, String method, VersionStatus status) {
    return ModelVersion.newBuilder()
        .setVersion("v%06d".formatted(number))
        .setStatus(status)
        .setReason("")
        .setMethod(method)
        .setPath(directory(number).toString())
        .setCheckpoint("")
        .setFirstWindow(number)
        .setLastWindow(number)
        .setProbes(Map.of())
        .setDigest("")
        .setCreatedAt(Instant.EPOCH)
        .build();
  }
}
