package dev.alluvium.cli.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.trainer.files.DigestMemory;
import dev.alluvium.trainer.release.Manifest;
import dev.alluvium.trainer.release.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version of all weights, of whose configuration and tokenizer nothing else tells. */
class VersionFilesCheckTest {
  @TempDir private Path directory;
  private ModelStore.Stored stored;
  private ModelVersion version;

  @BeforeEach
  void write() {
    stored =
        new ModelStore(directory)
            .write(
                1,
                draft -> {
                  Files.writeString(draft.resolve("model-1.safetensors"), "ab");
                  Files.writeString(draft.resolve("model-2.safetensors"), "c");
                  Files.writeString(draft.resolve("config.json"), "{}");
                  Path templates =
                      Files.createDirectory(draft.resolve("additional_chat_templates"));
                  Files.writeString(templates.resolve("tools.jinja"), "{{ messages }}");
                },
                this::manifest);
    version =
        ModelVersion.newBuilder()
            .setVersion("v000001")
            .setStatus(VersionStatus.PROMOTED)
            .setReason("good")
            .setMethod("full")
            .setPath(stored.directory().toString())
            .setCheckpoint("c")
            .setFirstWindow(1)
            .setLastWindow(2)
            .setProbes(Map.of())
            .setDigest(stored.manifest().weightsDigest())
            .setManifestDigest(stored.manifestDigest())
            .setCreatedAt(Instant.EPOCH)
            .build();
  }

  @Test
  void filesBesideTheWeightsAreCompared() throws IOException {
    assertThat(differences()).isEmpty();

    Files.writeString(stored.directory().resolve("config.json"), "[]");
    Path template = stored.directory().resolve("additional_chat_templates").resolve("tools.jinja");
    Files.delete(template);
    assertThat(differences())
        .extracting(Difference::kind, Difference::where, Difference::expected, Difference::found)
        .containsExactly(
            tuple(
                Kind.VERSION_FILE_MISSING,
                "v000001 additional_chat_templates/tools.jinja",
                Digests.sha256("{{ messages }}".getBytes(UTF_8)),
                "no such file"),
            tuple(
                Kind.VERSION_FILE,
                "v000001 config.json",
                Digests.sha256("{}".getBytes(UTF_8)),
                Digests.sha256("[]".getBytes(UTF_8))));
  }

  @Test
  void aBaseModelThatCannotBeReadIsNotTheOne() throws IOException {
    Files.createDirectory(directory.resolve("base"));

    assertThat(differences())
        .extracting(Difference::kind, Difference::expected)
        .containsExactly(tuple(Kind.VERSION_BASE, "bd"));
  }

  private Iterable<Difference> differences() {
    return VersionFilesCheck.differences(version, DigestMemory.in(directory));
  }

  private Manifest manifest(ModelStore.Contents contents) {
    return new Manifest(
        "v000001",
        null,
        "PROMOTED",
        "good",
        "full",
        directory.resolve("base").toString(),
        "bd",
        1,
        2,
        3,
        4,
        "s",
        contents.weights(),
        contents.files(),
        "c",
        Map.of(),
        "t");
  }
}
