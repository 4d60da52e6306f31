package dev.alluvium.trainer.model.lora;

import static dev.alluvium.trainer.ParityFixture.assertClose;
import static dev.alluvium.trainer.ParityFixture.flat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Projection;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.weights.Safetensors;
import dev.alluvium.trainer.weights.SafetensorsWriter;
import dev.alluvium.trainer.weights.TensorInfo;
import dev.alluvium.trainer.weights.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class LoraAdapterTest {
  private static final int[] IDS = {5, 17, 40, 3, 52, 11};

  @TempDir Path directory;

  @Test
  void aFreshAdapterChangesNothing() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.fresh(decoder, LoraSettings.allProjections(4, 8), 1)) {
      float[] base = flat(LanguageModel.base(decoder).logits(IDS));
      assertClose(flat(adapter.model().logits(IDS)), base, 0, "logits");
    }
  }

  /** PEFT's A has variance 1 / (3 * inputs) and lies within 1 / sqrt(inputs). */
  @Test
  void freshNumbersAreDistributedAsInPeftAndFollowTheSeed() {
    DecoderSpec spec = DecoderSpec.llama(8, 400, 1, 4, 4, 100, 8, 1e-5, 1e4, 8, true);
    LoraSettings settings = new LoraSettings(50, 1, 0, Targets.of(EnumSet.of(Projection.Q)), false);
    var shapes = LoraLayout.shapes(spec, settings);
    float[] a =
        Objects.requireNonNull(FreshPairs.values(shapes, 7).get(LoraLayout.nameA(0, Projection.Q)));
    double squares = 0;
    for (float value : a) {
      assertThat(Math.abs(value)).isLessThanOrEqualTo(0.05f);
      squares += value * value;
    }
    // 20,000 numbers: the relative error of the variance is about 0.6 %.
    assertThat(squares / a.length * 3 * 400).isBetween(0.97, 1.03);
    assertThat(FreshPairs.values(shapes, 7).get(LoraLayout.nameA(0, Projection.Q))).isEqualTo(a);
    assertThat(FreshPairs.values(shapes, 8).get(LoraLayout.nameA(0, Projection.Q))).isNotEqualTo(a);
    assertThat(FreshPairs.values(shapes, 7).get(LoraLayout.nameB(0, Projection.Q)))
        .containsOnly(0f);
  }

  @ParameterizedTest
  @MethodSource("dev.alluvium.trainer.ParityFixture#names")
  void weightsMergedByHandGiveTheSameLogits(String name) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0)) {
      merge(fixture, adapter.settings().scale());
      try (Decoder merged = Decoder.load(directory, runtime)) {
        assertClose(
            flat(adapter.model().logits(IDS)),
            flat(LanguageModel.base(merged).logits(IDS)),
            1e-4,
            "logits");
      }
    }
  }

  /** Writes the model with W + scale * B * A in place of each adapted W. */
  private void merge(ParityFixture fixture, double scale) throws IOException {
    Files.copy(fixture.directory().resolve("config.json"), directory.resolve("config.json"));
    SafetensorsWriter writer = new SafetensorsWriter();
    try (Safetensors base = Safetensors.open(fixture.directory());
        Safetensors pairs =
            Safetensors.open(fixture.adapter().resolve("adapter_model.safetensors"))) {
      for (TensorInfo tensor : base.tensors().values()) {
        float[] w = base.all(tensor.name());
        String prefix = "base_model.model." + tensor.name().replace("weight", "");
        if (pairs.tensors().containsKey(prefix + "lora_A.weight")) {
          float[] a = pairs.all(prefix + "lora_A.weight");
          float[] b = pairs.all(prefix + "lora_B.weight");
          addProduct(w, a, b, (int) tensor.rowSize(), scale);
        }
        writer.add(tensor.name(), TensorType.F32, tensor.shape(), w);
      }
    }
    writer.write(directory.resolve("model.safetensors"));
  }

  private static void addProduct(float[] w, float[] a, float[] b, int inputs, double scale) {
    int rank = a.length / inputs;
    for (int i = 0; i < w.length; i++) {
      double sum = 0;
      for (int r = 0; r < rank; r++) {
        sum += (double) b[i / inputs * rank + r] * a[r * inputs + i % inputs];
      }
      w[i] += (float) (scale * sum);
    }
  }

  @Test
  void aSavedAdapterComesBackBitForBit() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-untied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0)) {
      adapter.save(directory, "base");
      try (LoraAdapter again = LoraAdapter.load(decoder, directory, 0)) {
        assertThat(again.settings()).isEqualTo(adapter.settings());
        assertClose(
            flat(again.model().logits(IDS)), flat(adapter.model().logits(IDS)), 0, "logits");
      }
    }
  }

  @Test
  void projectionsThatAreNotTargetsStayUntouched() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter =
            LoraAdapter.fresh(
                decoder,
                new LoraSettings(
                    2, 4, 0, Targets.of(EnumSet.of(Projection.V, Projection.DOWN)), false),
                3)) {
      assertThat(adapter.parameters().list())
          .extracting(p -> p.name().replaceAll(".*layers\\.", ""))
          .isEqualTo(
              List.of(
                  "0.self_attn.v_proj.lora_A.weight",
                  "0.self_attn.v_proj.lora_B.weight",
                  "0.mlp.down_proj.lora_A.weight",
                  "0.mlp.down_proj.lora_B.weight",
                  "1.self_attn.v_proj.lora_A.weight",
                  "1.self_attn.v_proj.lora_B.weight",
                  "1.mlp.down_proj.lora_A.weight",
                  "1.mlp.down_proj.lora_B.weight"));
      float[] base = flat(LanguageModel.base(decoder).logits(IDS));
      float[] ones = new float[2 * 16];
      java.util.Arrays.fill(ones, 1f);
      decoder.kernels().assign(adapter.parameters().list().get(1).value(), ones);
      assertThat(flat(adapter.model().logits(IDS))).isNotEqualTo(base);
    }
  }

  @Test
  void theFactorFollowsTheRank() {
    assertThat(new LoraSettings(16, 32, 0, Targets.all(), false).scale()).isEqualTo(2);
    assertThat(new LoraSettings(16, 32, 0, Targets.all(), true).scale()).isEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"use_dora\": false | \"use_dora\": true | use_dora is true",
        "\"bias\": \"none\" | \"bias\": \"all\" | bias is \"all\": expected none",
        "\"rank_pattern\": {} | \"rank_pattern\": {\"x\": 2} | rank_pattern is {\"x\":2}",
        "\"peft_type\": \"LORA\" | \"peft_type\": \"IA3\" | peft_type is \"IA3\": expected LORA",
        "\"up_proj\" | \"lm_head\" | target_modules reaches lm_head",
        "\"up_proj\" | \"up\" | target_modules has up, which is no linear layer of this decoder",
        "\"use_rslora\": false | \"target_parameters\": [\"x\"] | target_parameters is [\"x\"]",
        "\"init_lora_weights\": true | \"init_lora_weights\": \"pissa\" | init_lora_weights is \"pissa\"",
        "\"r\": 4 | \"r\": 3 | is not an adapter of this decoder"
      })
  void refusesOtherVariantsByKeyAndValue(String from, String to, String message)
      throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime)) {
      String config = Files.readString(fixture.adapter().resolve("adapter_config.json"));
      assertThat(config).contains(from);
      Files.writeString(directory.resolve("adapter_config.json"), config.replace(from, to));
      Files.copy(
          fixture.adapter().resolve("adapter_model.safetensors"),
          directory.resolve("adapter_model.safetensors"));
      assertThatThrownBy(() -> LoraAdapter.load(decoder, directory, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(message);
    }
  }
}
