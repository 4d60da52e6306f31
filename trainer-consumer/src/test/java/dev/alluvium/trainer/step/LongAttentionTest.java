package dev.alluvium.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.Parameter;
import dev.alluvium.trainer.model.Projection;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.lora.Targets;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.text.TokenizedExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Attention over sequences of several blocks: an adapter on the projections before it learns from
 * nothing else.
 */
final class LongAttentionTest {
  private static final LoraSettings BEFORE_ATTENTION =
      new LoraSettings(
          4, 8, 0, Targets.of(List.of(Projection.Q, Projection.K, Projection.V)), false);

  @TempDir Path directory;

  /** Lengths below and above the one from which blocks grow with the sequence. */
  @ParameterizedTest
  @CsvSource({
    "llama-gqa-tied, 150",
    "llama-untied, 700",
    "mistral-window, 150",
    "mistral-window, 700",
    "qwen2-window, 150"
  })
  void theGradientIsTheSlopeOfTheLoss(String name, int length) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        Trial trial = open(fixture, Precision.FLOAT32)) {
      Batch batch = batch(trial.decoder(), length);
      Map<String, float[]> gradient = trial.gradients(batch).values();
      double norm = Math.sqrt(gradient.values().stream().mapToDouble(g -> dot(g, g)).sum());
      assertThat(norm).isPositive();
      double h = 1e-2;
      double up = trial.lossAlong(gradient, h / norm, batch);
      double down = trial.lossAlong(gradient, -h / norm, batch);
      assertThat((up - down) / (2 * h)).isCloseTo(norm, within(5e-3 * norm));
    }
  }

  @ParameterizedTest
  @CsvSource({"llama-gqa-tied, 150", "llama-untied, 700"})
  void theGradientInBfloat16IsNearThatInFloat32(String name, int length) throws IOException {
    Map<String, float[]> wanted;
    Map<String, float[]> actual;
    try (ParityFixture fixture = ParityFixture.initialised(name)) {
      try (Trial trial = open(fixture, Precision.FLOAT32)) {
        wanted = trial.gradients(batch(trial.decoder(), length)).values();
      }
      try (Trial trial = open(fixture, Precision.BFLOAT16)) {
        actual = trial.gradients(batch(trial.decoder(), length)).values();
      }
    }
    double squares = 0;
    double errors = 0;
    for (Map.Entry<String, float[]> entry : wanted.entrySet()) {
      float[] difference = entry.getValue().clone();
      for (int i = 0; i < difference.length; i++) {
        difference[i] -= actual.get(entry.getKey())[i];
      }
      squares += dot(entry.getValue(), entry.getValue());
      errors += dot(difference, difference);
    }
    assertThat(Math.sqrt(errors / squares)).isBetween(1e-4, 1e-2);
  }

  /** The decoder of a fixture, for longer sequences, with an adapter that changes nothing yet. */
  private Trial open(ParityFixture fixture, Precision precision) throws IOException {
    String config = Files.readString(fixture.directory().resolve("config.json"));
    Files.writeString(
        directory.resolve("config.json"),
        config.replaceFirst("(max_position_embeddings\": )256", "$11024"));
    Files.copy(
        fixture.directory().resolve("model.safetensors"),
        directory.resolve("model.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    TorchRuntime runtime = TorchRuntime.open(new Compute("cpu", precision, 1));
    Decoder decoder = Decoder.load(directory, runtime);
    return new Trial(runtime, decoder, LoraAdapter.fresh(decoder, BEFORE_ATTENTION, 1));
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static Batch batch(Decoder decoder, int length) {
    SplittableRandom random = new SplittableRandom(length);
    boolean[] trained = new boolean[length];
    Arrays.fill(trained, 1, length, true);
    int vocab = decoder.spec().vocab();
    return Batch.of(
        List.of(
            new TokenizedExample(random.ints(length, 0, vocab).toArray(), trained),
            new TokenizedExample(random.ints(length, 0, vocab).toArray(), trained)));
  }

  private record Trial(TorchRuntime runtime, Decoder decoder, LoraAdapter adapter)
      implements AutoCloseable {
    Gradients gradients(Batch batch) {
      return Gradients.of(adapter.model(), adapter.parameters(), batch, 1000);
    }

    /** The mean loss with the adapter moved from where it began by a multiple of a direction. */
    double lossAlong(Map<String, float[]> direction, double step, Batch batch) {
      Map<String, float[]> start = new LinkedHashMap<>();
      for (Parameter parameter : adapter.parameters().list()) {
        float[] values = decoder.kernels().download(parameter.value());
        start.put(parameter.name(), values.clone());
        float[] slope = direction.get(parameter.name());
        for (int i = 0; i < values.length; i++) {
          values[i] += (float) (step * slope[i]);
        }
        decoder.kernels().assign(parameter.value(), values);
      }
      List<Score> scores = new Scorer(adapter.model()).score(batch);
      for (Parameter parameter : adapter.parameters().list()) {
        decoder.kernels().assign(parameter.value(), start.get(parameter.name()));
      }
      return scores.stream().mapToDouble(Score::nllSum).sum()
          / scores.stream().mapToInt(Score::tokens).sum();
    }

    @Override
    public void close() {
      adapter.close();
      decoder.close();
      runtime.close();
    }
  }
}
