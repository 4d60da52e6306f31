package dev.alluvium.trainer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.text.TextException;
import dev.alluvium.trainer.text.Tokenizer;
import dev.alluvium.trainer.weights.WeightsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of damaged model directories: each loads and calculates, or is refused with a message
 * that names the file. Nothing else is thrown, and the process lives. {@code -Dmutations=10000}
 * damages more than a build has patience for.
 */
final class MutatedModelTest {
  private static final int MUTATIONS = Integer.getInteger("mutations", 1_500);
  private static final int CONFIGS = MUTATIONS * 2 / 5;
  private static final int HEADERS = MUTATIONS * 2 / 5;
  private static final int TOKENIZERS = MUTATIONS / 5;

  @TempDir private Path directory;
  private int loaded;
  private int refused;

  /** What reads a damaged directory. */
  @FunctionalInterface
  private interface Reader {
    void read();
  }

  @BeforeEach
  void countFromZero() {
    loaded = 0;
    refused = 0;
  }

  @Test
  void configs() throws IOException {
    String[] names = {"llama-scaled-biased", "mistral-window", "qwen2-window", "qwen3-tied"};
    try (TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE)) {
      for (int seed = 0; seed < CONFIGS; seed++) {
        Path fixture = copyOf(names[seed % names.length]);
        Mutations mutations = new Mutations(seed);
        byte[] config = Files.readAllBytes(fixture.resolve("config.json"));
        byte[] changed =
            seed % 3 == 0
                ? mutations.bytes(config)
                : mutations
                    .json(new String(config, StandardCharsets.UTF_8))
                    .getBytes(StandardCharsets.UTF_8);
        Files.write(directory.resolve("config.json"), changed);
        attempt(seed, () -> loadAndCalculate(runtime));
      }
    }
    assertThat(loaded).as("loaded, refused " + refused).isGreaterThan(CONFIGS / 10);
    assertThat(refused).isGreaterThan(CONFIGS / 10);
  }

  @Test
  void safetensorsHeaders() throws IOException {
    Path fixture = copyOf("qwen2-tied");
    Files.copy(fixture.resolve("config.json"), directory.resolve("config.json"));
    byte[] weights = Files.readAllBytes(fixture.resolve("model.safetensors"));
    try (TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE)) {
      for (int seed = 0; seed < HEADERS; seed++) {
        Files.write(
            directory.resolve("model.safetensors"), new Mutations(seed).safetensors(weights));
        attempt(seed, () -> loadAndCalculate(runtime));
      }
    }
    assertThat(refused).as("refused, loaded " + loaded).isGreaterThan(HEADERS / 2);
  }

  @Test
  void tokenizers() throws IOException {
    Path tiny = Path.of("../models/tiny");
    Files.copy(tiny.resolve("tokenizer_config.json"), directory.resolve("tokenizer_config.json"));
    byte[] tokenizer = Files.readAllBytes(tiny.resolve("tokenizer.json"));
    String text = new String(tokenizer, StandardCharsets.UTF_8);
    for (int seed = 0; seed < TOKENIZERS; seed++) {
      Mutations mutations = new Mutations(seed);
      byte[] changed =
          seed % 3 == 0
              ? mutations.bytes(tokenizer)
              : mutations.json(text).getBytes(StandardCharsets.UTF_8);
      Files.write(directory.resolve("tokenizer.json"), changed);
      attempt(
          seed,
          () -> {
            try (Tokenizer loadedTokenizer = Tokenizer.load(directory)) {
              int[] ids = loadedTokenizer.encode("Two naïve cats <|end|> 42");
              loadedTokenizer.decode(ids);
            }
          });
    }
    assertThat(loaded).as("loaded, refused " + refused).isGreaterThan(TOKENIZERS / 10);
    assertThat(refused).isGreaterThan(TOKENIZERS / 10);
  }

  /** The fixture, whose weights are put beside the damaged file. */
  private Path copyOf(String name) throws IOException {
    Path fixture = Path.of("src/test/resources/parity", name);
    Path weights = directory.resolve("model.safetensors");
    Files.deleteIfExists(weights);
    Files.copy(fixture.resolve("model.safetensors"), weights);
    return fixture;
  }

  private void loadAndCalculate(TorchRuntime runtime) {
    try (Decoder decoder = Decoder.load(directory, runtime)) {
      int positions = Math.min(3, decoder.spec().maxPositions());
      LanguageModel.base(decoder).logits(new int[positions]);
    }
  }

  private void attempt(int seed, Reader reader) {
    try {
      reader.read();
      loaded++;
    } catch (IllegalArgumentException
        | WeightsException
        | TextException
        | UncheckedIOException refusal) {
      assertThat(refusal).as("seed " + seed).hasMessageContaining(directory.toString());
      refused++;
    } catch (RuntimeException | Error other) {
      throw new AssertionError("seed " + seed + ": neither loaded nor refused", other);
    }
  }
}
