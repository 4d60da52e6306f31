package dev.alluvium.trainer.model;

import static dev.alluvium.trainer.ParityFixture.flat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.step.Gradients;
import dev.alluvium.trainer.text.TokenizedExample;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * bfloat16 has 8 bits of precision: its numbers stay near those of float32, about as near as those
 * of transformers and PEFT, which calculate the small products of an adapter in float32. The
 * decoder does so for few rows, but not for their gradients.
 */
final class Bfloat16ParityTest {
  private static final Compute BFLOAT16 = new Compute("cpu", Precision.BFLOAT16, 1);

  /** So many of a fixture's examples have more than 256 rows, which are multiplied otherwise. */
  private static final int COPIES = 20;

  @ParameterizedTest
  @MethodSource("dev.alluvium.trainer.ParityFixture#names")
  void isAsNearToFloat32AsTransformersIs(String name) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(BFLOAT16);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0)) {
      int[] ids = fixture.examples().get(0).ids();
      double base =
          distance(flat(LanguageModel.base(decoder).logits(ids)), fixture.expected("base.logits"));
      double adapted =
          distance(flat(adapter.model().logits(ids)), fixture.expected("adapted.logits"));
      assertThat(base).as("base").isBetween(1e-4, 2e-2); // 0 would be float32
      assertThat(adapted).as("adapted").isLessThan(1.35 * theirs(fixture, "adapted"));

      assertNear(fixture, adapter, 1);
      assertNear(fixture, adapter, COPIES);
    }
  }

  /** The mean loss and its gradients are those of one copy, however many there are. */
  private static void assertNear(ParityFixture fixture, LoraAdapter adapter, int copies) {
    List<TokenizedExample> examples =
        Collections.nCopies(copies, fixture.examples()).stream().flatMap(List::stream).toList();
    Gradients gradients =
        Gradients.of(adapter.model(), adapter.parameters(), Batch.of(examples), 1000);
    double sum = 0;
    for (Map.Entry<String, float[]> gradient : gradients.values().entrySet()) {
      sum += distance(gradient.getValue(), fixture.expected("lora.gradient." + gradient.getKey()));
    }
    assertThat(sum / gradients.values().size())
        .as("gradient of %d copies", copies)
        .isLessThan(2 * theirs(fixture, "gradient"));
    double wanted = fixture.numbers().at("/lora/losses/0").asDouble();
    assertThat(Math.abs(gradients.loss() / wanted - 1))
        .as("loss of %d copies", copies)
        .isLessThan(5e-3);
  }

  @ParameterizedTest
  @MethodSource("dev.alluvium.trainer.ParityFixture#names")
  void gradientsOfAllWeightsAreNearThoseOfFloat32(String name) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(BFLOAT16);
        Decoder decoder = Decoder.loadTrainable(fixture.directory(), runtime)) {
      Gradients gradients =
          Gradients.of(
              LanguageModel.base(decoder),
              decoder.parameters(),
              Batch.of(fixture.examples()),
              1000);
      double squares = 0;
      double wantedSquares = 0;
      for (Map.Entry<String, float[]> gradient : gradients.values().entrySet()) {
        float[] wanted = fixture.expected("full.gradient." + gradient.getKey());
        double size = 0;
        for (float w : wanted) {
          size += w * w;
        }
        wantedSquares += size;
        squares += size * Math.pow(distance(gradient.getValue(), wanted), 2);
      }
      assertThat(Math.sqrt(squares / wantedSquares)).isBetween(1e-4, 4e-2);
    }
  }

  private static double theirs(ParityFixture fixture, String what) {
    return fixture.numbers().at("/bfloat16/" + what).asDouble();
  }

  /** Relative Euclidean distance. */
  private static double distance(float[] actual, float[] wanted) {
    assertThat(actual).hasSameSizeAs(wanted);
    double squares = 0;
    double differences = 0;
    for (int i = 0; i < wanted.length; i++) {
      squares += wanted[i] * wanted[i];
      differences += Math.pow(actual[i] - wanted[i], 2);
    }
    return Math.sqrt(differences / squares);
  }
}
