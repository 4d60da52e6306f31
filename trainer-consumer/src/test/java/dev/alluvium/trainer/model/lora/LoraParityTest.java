package dev.alluvium.trainer.model.lora;

import static dev.alluvium.trainer.ParityFixture.assertClose;
import static dev.alluvium.trainer.ParityFixture.flat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Parameter;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.step.StepReport;
import dev.alluvium.trainer.step.TrainingStep;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An adapter that PEFT wrote gives here the numbers that it gives there. */
final class LoraParityTest {
  @ParameterizedTest
  @MethodSource("dev.alluvium.trainer.ParityFixture#names")
  void logitsWithAnAdapterEqualThoseOfPeft(String name) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0)) {
      int[] ids = fixture.examples().get(0).ids();
      assertClose(
          flat(adapter.model().logits(ids)),
          fixture.expected("adapted.logits"),
          1e-4,
          "adapter on");
      assertClose(
          flat(LanguageModel.base(decoder).logits(ids)),
          flat(LanguageModel.base(decoder).logits(ids)),
          0,
          "adapter off");
      assertClose(
          flat(LanguageModel.base(decoder).logits(ids)),
          fixture.expected("base.logits"),
          1e-4,
          "base");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.alluvium.trainer.ParityFixture#names")
  void everyPairAfterThreeStepsEqualsThatOfPeft(String name) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0);
        AdamW optimizer = new AdamW(adapter.parameters(), fixture.adamw(), decoder.kernels())) {
      int[] ids = fixture.examples().get(0).ids();
      float[] base = flat(LanguageModel.base(decoder).logits(ids));
      TrainingStep step = new TrainingStep(adapter.model(), optimizer, Normalise.TOKEN);
      Batch batch = Batch.of(fixture.examples());
      for (int i = 0; i < 3; i++) {
        StepReport report = step.step(batch, 1e-2);
        assertThat(report.loss())
            .isCloseTo(fixture.numbers().at("/lora/losses/" + i).asDouble(), within(1e-4));
        assertThat(report.gradientNorm())
            .isCloseTo(fixture.numbers().at("/lora/gradientNorms/" + i).asDouble(), within(1e-3));
      }
      for (Parameter parameter : adapter.parameters().list()) {
        assertClose(
            decoder.kernels().download(parameter.value()),
            fixture.expected("lora.stepped." + parameter.name()),
            1e-4,
            parameter.name());
      }
      assertClose(flat(LanguageModel.base(decoder).logits(ids)), base, 0, "base after training");
    }
  }
}
