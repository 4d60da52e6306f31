package dev.alluvium.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.trainer.files.DigestMemory;
import dev.alluvium.trainer.files.FileDigest;
import dev.alluvium.trainer.release.Manifest;
import dev.alluvium.trainer.release.ModelStore;
import dev.alluvium.trainer.weights.ModelContent;
import dev.alluvium.trainer.weights.Safetensors;
import dev.alluvium.trainer.weights.WeightsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A version's directory against models.v1: weights, manifest, all other files, adapter settings;
 * and the base model against the manifest.
 */
final class VersionFilesCheck {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String ADAPTER_CONFIG = "adapter_config.json";
  private static final String ADAPTER_WEIGHTS = "adapter_model.safetensors";

  private final ModelVersion version;
  private final DigestMemory digests;
  private final Path directory;
  private final List<Difference> differences = new ArrayList<>();

  private VersionFilesCheck(ModelVersion version, DigestMemory digests) {
    this.version = version;
    this.digests = digests;
    this.directory = Path.of(version.getPath());
  }

  /**
   * What is wrong with the files of a version.
   *
   * @param digests what is remembered of the files of base models
   */
  static List<Difference> differences(ModelVersion version, DigestMemory digests) {
    VersionFilesCheck check = new VersionFilesCheck(version, digests);
    Optional<SortedMap<String, FileDigest>> files = check.weights();
    Optional<Manifest> manifest = check.manifest();
    manifest.ifPresent(check::base);
    if (files.isPresent() && manifest.isPresent() && isListed(version)) {
      check.files(manifest.get().files(), files.get());
    }
    return List.copyOf(check.differences);
  }

  /** Whether a manifest lists the files of a version, and models.v1 knows the manifest. */
  static boolean isListed(ModelVersion version) {
    return version.getManifestDigest() != null;
  }

  /** All files, of which the weights are compared. */
  private Optional<SortedMap<String, FileDigest>> weights() {
    try {
      ModelStore.Contents contents = ModelStore.contents(directory);
      compare(Kind.VERSION_DIGEST, "weights", version.getDigest(), contents.weights());
      return Optional.of(contents.files());
    } catch (IOException | UncheckedIOException e) {
      unreadable("files", e);
      return Optional.empty();
    }
  }

  private void files(SortedMap<String, FileDigest> listed, SortedMap<String, FileDigest> found) {
    listed.forEach(
        (name, written) -> {
          FileDigest now = found.get(name);
          if (now == null) {
            differs(Kind.VERSION_FILE_MISSING, name, written.sha256(), "no such file");
          } else {
            compare(Kind.VERSION_FILE, name, written.sha256(), now.sha256());
          }
        });
    found.forEach(
        (name, now) -> {
          if (!listed.containsKey(name)) {
            differs(Kind.VERSION_FILE_EXTRA, name, "no such file", now.sha256());
          }
        });
  }

  /** A base model that is somewhere else is nothing that is wrong here. */
  private void base(Manifest manifest) {
    Path base = Path.of(manifest.baseModel());
    String expected = manifest.baseDigest();
    if (expected == null || !Files.isDirectory(base)) {
      return;
    }
    try {
      compare(
          Kind.VERSION_BASE, "base model in " + base, expected, ModelContent.digest(base, digests));
    } catch (UncheckedIOException | WeightsException e) {
      differs(Kind.VERSION_BASE, "base model in " + base, expected, e.toString());
    }
  }

  private Optional<Manifest> manifest() {
    Manifest manifest;
    try {
      if (isListed(version)) {
        compare(
            Kind.VERSION_MANIFEST_DIGEST,
            "manifest.json",
            version.getManifestDigest(),
            ModelStore.manifestDigest(directory));
      }
      manifest = ModelStore.manifest(directory);
    } catch (IOException e) {
      unreadable("manifest.json", e);
      return Optional.empty();
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
    return Optional.of(manifest);
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
      differs(kind, key, expected, found);
    }
  }

  private void differs(Kind kind, String key, Object expected, Object found) {
    differences.add(Difference.of(kind, version.getVersion() + " " + key, expected, found));
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
