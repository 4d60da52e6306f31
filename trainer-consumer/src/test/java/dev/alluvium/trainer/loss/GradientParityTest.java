package dev.alluvium.trainer.loss;

import static dev.alluvium.trainer.ParityFixture.assertClose;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Parameters;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.step.Gradients;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients equal those of PyTorch, in however many chunks the logits are worked. */
final class GradientParityTest {
  /** All rows at once, and chunks that do not divide them. */
  static Stream<Arguments> namesAndChunks() throws IOException {
    return ParityFixture.names().stream()
        .flatMap(name -> Stream.of(Arguments.of(name, 1000), Arguments.of(name, 5)));
  }

  @ParameterizedTest
  @MethodSource("namesAndChunks")
  void gradientsOfEveryWeightEqualThoseOfPyTorch(String name, int chunk) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.loadTrainable(fixture.directory(), runtime)) {
      compare(LanguageModel.base(decoder), decoder.parameters(), fixture, "full", chunk);
    }
  }

  @ParameterizedTest
  @MethodSource("namesAndChunks")
  void gradientsOfEveryPairEqualThoseOfPeft(String name, int chunk) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0)) {
      compare(adapter.model(), adapter.parameters(), fixture, "lora", chunk);
    }
  }

  private static void compare(
      LanguageModel model, Parameters parameters, ParityFixture fixture, String kind, int chunk) {
    Gradients.of(model, parameters, Batch.of(fixture.examples()), chunk)
        .values()
        .forEach(
            (name, gradient) ->
                assertClose(gradient, fixture.expected(kind + ".gradient." + name), 1e-4, name));
  }
}
