package dev.alluvium.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.trainer.release.Manifest;
import dev.alluvium.trainer.release.ModelStore;
import dev.alluvium.trainer.release.WeightsDigest;
import dev.alluvium.trainer.weights.Safetensors;
import dev.alluvium.trainer.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A version's directory against models.v1: weights, manifest, adapter settings. */
final class VersionFilesCheck {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String ADAPTER_CONFIG = "adapter_config.json";
  private static final String ADAPTER_WEIGHTS = "adapter_model.safetensors";

  private final ModelVersion version;
  private final Path directory;
  private final List<Difference> differences = new ArrayList<>();

  private VersionFilesCheck(ModelVersion version) {
    this.version = version;
    this.directory = Path.of(version.getPath());
  }

  /** What is wrong with the files of a version. */
  static List<Difference> differences(ModelVersion version) {
    VersionFilesCheck check = new VersionFilesCheck(version);
    check.weights();
    check.manifest();
    return List.copyOf(check.differences);
  }

  private void weights() {
    try {
      String digest = WeightsDigest.of(directory);
      compare(Kind.VERSION_DIGEST, "weights", version.getDigest(), digest);
    } catch (IOException e) {
      unreadable("weight files", e);
    }
  }

  private void manifest() {
    Manifest manifest;
    try {
      manifest = ModelStore.manifest(directory);
    } catch (IOException e) {
      unreadable("manifest.json", e);
      return;
    }
    agrees("version", version.getVersion(), manifest.version());
    agrees("parent", version.getParent(), manifest.parent());
    agrees("method", version.getMethod(), manifest.method());
    agrees("firstWindow", version.getFirstWindow(), manifest.firstWindow());
    agrees("lastWindow", version.getLastWindow(), manifest.lastWindow());
    agrees("checkpoint", version.getCheckpoint(), manifest.checkpoint());
    agrees("weightsDigest", version.getDigest(), manifest.weightsDigest());
    status(manifest.status());
    if (version.getMethod().equals("lora")) {
      adapter(manifest);
    }
  }

  /** The gate's word stands, but for a rollback since, or a held version served by request. */
  private void status(String gate) {
    VersionStatus now = version.getStatus();
    boolean rolledBackSince = now == VersionStatus.ROLLED_BACK;
    boolean served = gate.equals(VersionStatus.HELD.name()) && now == VersionStatus.PROMOTED;
    if (!rolledBackSince && !served) {
      agrees("status", now, gate);
    }
  }

  private void adapter(Manifest manifest) {
    try (Safetensors weights = Safetensors.open(directory.resolve(ADAPTER_WEIGHTS))) {
      JsonNode config = JSON.readTree(directory.resolve(ADAPTER_CONFIG).toFile());
      compare(
          Kind.VERSION_ADAPTER,
          "base_model_name_or_path",
          Path.of(manifest.baseModel()).toString(),
          config.path("base_model_name_or_path").asText());
      OptionalLong rank =
          weights.tensors().values().stream()
              .filter(tensor -> tensor.name().endsWith("lora_A.weight"))
              .mapToLong(tensor -> tensor.rows())
              .findFirst();
      compare(
          Kind.VERSION_ADAPTER,
          "r",
          rank.isPresent() ? rank.getAsLong() : "the weights' rank",
          config.path("r").asLong());
    } catch (IOException | WeightsException e) {
      unreadable("adapter", e);
    }
  }

  private void agrees(String key, @Nullable Object written, @Nullable Object found) {
    compare(Kind.VERSION_MANIFEST, key, String.valueOf(written), String.valueOf(found));
  }

  private void compare(Kind kind, String key, Object expected, Object found) {
    if (!Objects.equals(expected, found)) {
      differences.add(Difference.of(kind, version.getVersion() + " " + key, expected, found));
    }
  }

  private void unreadable(String what, Exception why) {
    differences.add(
        Difference.of(
            Kind.VERSION_UNREADABLE,
            version.getVersion(),
            what + " in " + directory,
            why.toString()));
  }
}
