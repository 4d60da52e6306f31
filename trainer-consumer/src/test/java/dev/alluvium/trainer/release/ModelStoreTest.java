package dev.alluvium.trainer.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.trainer.files.FileDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {
  /** What {@code printf abc | sha256sum} prints, an example of FIPS 180-2. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir private Path store;

  @Test
  void theDigestIsThatOfTheWeightFilesInTheOrderOfTheirNames() throws IOException {
    ModelStore.Stored stored =
        new ModelStore(store)
            .write(
                12,
                directory -> {
                  Files.writeString(directory.resolve("model-2.safetensors"), "c");
                  Files.writeString(directory.resolve("model-1.safetensors"), "ab");
                  Files.writeString(directory.resolve("config.json"), "{}");
                },
                ModelStoreTest::manifest);

    assertThat(stored.directory().getFileName().toString()).startsWith("v000012-");
    assertThat(stored.manifest().weightsDigest()).isEqualTo(ABC);
    JsonNode json =
        new ObjectMapper().readTree(stored.directory().resolve("manifest.json").toFile());
    assertThat(json.get("weightsDigest").asText()).isEqualTo(ABC);
    assertThat(json.get("method").asText()).isEqualTo("full");
    assertThat(json.at("/probes/math").toString())
        .as("without written answers as before there were any")
        .isEqualTo(
            "{\"before\":{\"perplexity\":9.0,\"accuracy\":0.0,\"n\":4},\"after\":{\"perplexity\":8.0,\"accuracy\":0.0,\"n\":4,\"judgedAccuracy\":0.5,\"judged\":80}}");
    assertThat(ModelStore.manifest(stored.directory())).isEqualTo(stored.manifest());
    assertThat(ModelStore.contents(stored.directory()))
        .isEqualTo(new ModelStore.Contents(ABC, stored.manifest().files()));
    assertThat(stored.manifest().files().keySet())
        .as("all but the manifest")
        .containsExactly("config.json", "model-1.safetensors", "model-2.safetensors");
    assertThat(ModelStore.manifestDigest(stored.directory())).isEqualTo(stored.manifestDigest());
  }

  @Test
  void aSingleWeightFileHasTheDigestOfTheWeights() throws IOException {
    ModelStore.Stored stored =
        new ModelStore(store)
            .write(
                1,
                directory -> Files.writeString(directory.resolve("model.safetensors"), "abc"),
                ModelStoreTest::manifest);

    assertThat(stored.manifest().weightsDigest()).isEqualTo(ABC);
    assertThat(stored.manifest().files())
        .isEqualTo(Map.of("model.safetensors", new FileDigest(3, ABC)));
  }

  @Test
  void aManifestFromBeforeFilesWereListedIsRead() throws IOException {
    ModelStore.Stored stored =
        new ModelStore(store).write(1, directory -> {}, ModelStoreTest::manifest);
    Path file = stored.directory().resolve("manifest.json");
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    json.remove(List.of("files", "baseDigest"));
    Files.writeString(file, json.toString());

    Manifest manifest = ModelStore.manifest(stored.directory());
    assertThat(manifest.files()).isEmpty();
    assertThat(manifest.baseDigest()).isNull();
    assertThat(manifest.otherBase(Path.of("any"), "any")).isEmpty();
  }

  @Test
  void aVersionThatCannotBeWrittenLeavesNothing() throws IOException {
    assertThatThrownBy(
            () ->
                new ModelStore(store)
                    .write(
                        1,
                        directory -> {
                          Files.writeString(directory.resolve("model.safetensors"), "half");
                          throw new IOException("disk full");
                        },
                        ModelStoreTest::manifest))
        .hasMessageContaining("disk full");
    try (var left = Files.list(store.resolve("versions"))) {
      assertThat(left).isEmpty();
    }
  }

  private static Manifest manifest(ModelStore.Contents contents) {
    Manifest.Comparison pair =
        new Manifest.Comparison(
            new Manifest.Measurement(9, 0, 4, null, 0), new Manifest.Measurement(8, 0, 4, 0.5, 80));
    return new Manifest(
        "v000012",
        null,
        "HELD",
        "r",
        "full",
        "b",
        "bd",
        1,
        2,
        3,
        4,
        "s",
        contents.weights(),
        contents.files(),
        "c",
        Map.of("math", pair),
        "t");
  }
}
