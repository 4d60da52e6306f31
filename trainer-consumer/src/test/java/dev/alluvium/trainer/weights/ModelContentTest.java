package dev.alluvium.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.files.DigestMemory;
import dev.alluvium.trainer.files.DurableDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelContentTest {
  private static final Path TINY = Path.of("../models/tiny");

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.safetensors",
        "config.json",
        "generation_config.json",
        "tokenizer.json",
        "tokenizer_config.json"
      })
  void aBitOfAnyFileThatIsReadMakesAnotherContent(String name) throws IOException {
    Path copy = DurableDirectory.copy(TINY, directory.resolve("copy"));
    assertThat(digest(copy)).isEqualTo(digest(TINY));

    Path file = copy.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);

    assertThat(digest(copy)).isNotEqualTo(digest(TINY));
  }

  @Test
  void templatesCountAndOtherFilesDoNot() throws IOException {
    Path copy = DurableDirectory.copy(TINY, directory.resolve("copy"));
    Files.writeString(copy.resolve("README.md"), "A model.");
    assertThat(digest(copy)).isEqualTo(digest(TINY));

    Files.createDirectories(copy.resolve(ModelCopy.NAMED_TEMPLATES));
    Path named = copy.resolve(ModelCopy.NAMED_TEMPLATES).resolve("tools.jinja");
    Files.writeString(named, "{{ messages }}");
    String withOne = digest(copy);
    assertThat(withOne).isNotEqualTo(digest(TINY));
    Files.move(named, copy.resolve("chat_template.jinja"));
    assertThat(digest(copy)).isNotEqualTo(withOne);
  }

  private String digest(Path model) {
    return ModelContent.digest(model, DigestMemory.in(directory.resolve("store")));
  }
}
