package dev.alluvium.trainer.model;

import static dev.alluvium.trainer.ParityFixture.assertClose;
import static dev.alluvium.trainer.ParityFixture.flat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.model.generate.GenerationSettings;
import dev.alluvium.trainer.model.generate.Generator;
import dev.alluvium.trainer.model.generate.Prompt;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.step.Gradients;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A decoder whose matrices are packed for answering gives the numbers of transformers and PEFT. */
final class AnsweringDecoderTest {
  /** Numbers of libtorch's layouts. */
  private static final int STRIDED = 0;

  private static final int ONE_DNN = 2;

  @ParameterizedTest
  @MethodSource("dev.alluvium.trainer.ParityFixture#names")
  void answersAlikeAndRefusesToBeTrained(String name) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.loadToAnswer(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0)) {
      LanguageModel base = LanguageModel.base(decoder);
      int[] ids = fixture.examples().get(0).ids();
      assertClose(flat(base.logits(ids)), fixture.expected("base.logits"), 1e-4, "base");
      assertClose(
          flat(adapter.model().logits(ids)), fixture.expected("adapted.logits"), 1e-4, "adapted");

      int[] prompt = ParityFixture.ints(fixture.numbers().at("/greedy/prompt"));
      int[] wanted = ParityFixture.ints(fixture.numbers().at("/greedy/ids"));
      GenerationSettings settings =
          GenerationSettings.greedy(wanted.length, decoder.spec().vocab(), Set.of());
      assertThat(new Generator(base).complete(new Prompt(prompt, 0), settings).ids())
          .containsExactlyElementsOf(Arrays.stream(wanted).boxed().toList());

      assertThatThrownBy(() -> decoder.merge(adapter)).hasMessageContaining("cannot be merged");
      assertThatThrownBy(
              () ->
                  Gradients.of(
                      adapter.model(), adapter.parameters(), Batch.of(fixture.examples()), 9))
          .hasMessageContaining("nothing can be trained");
    }
  }

  @Test
  void matricesArePackedWhereOneDnnIsThere() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-untied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder answering = Decoder.loadToAnswer(fixture.directory(), runtime);
        Decoder trained = Decoder.load(fixture.directory(), runtime)) {
      boolean oneDnn = Engine.getEngine("PyTorch").hasCapability("MKLDNN");
      assertThat(layout(answering.end().head())).isEqualTo(oneDnn ? ONE_DNN : STRIDED);
      assertThat(layout(trained.end().head())).isEqualTo(STRIDED);
    }
  }

  private static int layout(NDArray array) {
    return JniUtils.getLayout((PtNDArray) array);
  }
}
