package dev.alluvium.trainer.model.lora;

import static dev.alluvium.trainer.ParityFixture.assertClose;
import static dev.alluvium.trainer.ParityFixture.flat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.step.Gradients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters that become part of the weights, on disk and on the device, and several on one base. */
final class MergeTest {
  @TempDir Path directory;

  @ParameterizedTest
  @MethodSource("dev.alluvium.trainer.ParityFixture#names")
  void aMergedDirectoryGivesTheLogitsOfPeft(String name) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE)) {
      Path target = directory.resolve("merged");
      MergedModel.write(fixture.directory(), fixture.adapter(), target);
      assertThat(target.resolve("config.json"))
          .hasSameBinaryContentAs(fixture.directory().resolve("config.json"));
      try (Decoder merged = Decoder.load(target, runtime)) {
        assertClose(
            flat(LanguageModel.base(merged).logits(fixture.examples().get(0).ids())),
            fixture.expected("adapted.logits"),
            1e-4,
            "logits");
      }
      assertThatThrownBy(() -> MergedModel.write(fixture.directory(), fixture.adapter(), target))
          .hasMessageContaining("is there already");
    }
  }

  @Test
  void everythingButOtherWeightsIsCopied() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-untied")) {
      Path base = Files.createDirectories(directory.resolve("base/additional_chat_templates"));
      Files.writeString(base.resolve("tool_use.jinja"), "{{ messages }}");
      base = directory.resolve("base");
      for (String name : new String[] {"config.json", "model.safetensors"}) {
        Files.copy(fixture.directory().resolve(name), base.resolve(name));
      }
      Files.writeString(base.resolve("chat_template.jinja"), "{{ bos_token }}");
      Files.writeString(base.resolve("model.gguf"), "other weights");
      Path target = directory.resolve("merged");
      MergedModel.write(base, fixture.adapter(), target);
      try (var files = Files.walk(target)) {
        assertThat(files.filter(Files::isRegularFile).map(f -> target.relativize(f).toString()))
            .containsExactlyInAnyOrder(
                "config.json",
                "model.safetensors",
                "chat_template.jinja",
                "additional_chat_templates/tool_use.jinja");
      }
    }
  }

  @Test
  void anAdapterOfAnotherModelIsRefusedAndLeavesNothing() throws IOException {
    try (ParityFixture one = ParityFixture.open("llama-untied");
        ParityFixture other = ParityFixture.open("qwen2-tied")) {
      Path target = directory.resolve("merged");
      assertThatThrownBy(() -> MergedModel.write(one.directory(), other.adapter(), target))
          .hasMessageContaining("is not an adapter of");
      try (var files = Files.list(directory)) {
        assertThat(files).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void mergedOnTheDeviceItGivesTheSameAndComesOutBitForBit(Precision precision) throws IOException {
    double tolerance = precision == Precision.FLOAT32 ? 1e-4 : 0.5; // logits reach 20
    try (ParityFixture fixture = ParityFixture.open("qwen3-window-biased");
        TorchRuntime runtime = TorchRuntime.open(new Compute("cpu", precision, 1));
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0);
        LoraAdapter other = LoraAdapter.fresh(decoder, LoraSettings.allProjections(2, 4), 3)) {
      int[] ids = fixture.examples().get(0).ids();
      float[] base = flat(LanguageModel.base(decoder).logits(ids));
      float[] adapted = flat(adapter.model().logits(ids));

      decoder.merge(adapter);
      float[] merged = flat(adapter.model().logits(ids));
      assertClose(merged, adapted, tolerance, "merged");
      assertThat(merged).isNotEqualTo(base);
      assertThatThrownBy(() -> LanguageModel.base(decoder).logits(ids))
          .hasMessageContaining("unmerge it before");
      assertThatThrownBy(() -> other.model().logits(ids)).hasMessageContaining("unmerge it before");
      assertThatThrownBy(() -> decoder.merge(other)).hasMessageContaining("another one is merged");
      assertThatThrownBy(
              () ->
                  Gradients.of(
                      adapter.model(), adapter.parameters(), Batch.of(fixture.examples()), 9))
          .hasMessageContaining("before training");

      decoder.unmerge();
      assertThat(flat(LanguageModel.base(decoder).logits(ids))).isEqualTo(base);
      assertThat(flat(adapter.model().logits(ids))).isEqualTo(adapted);
    }
  }

  @Test
  void severalAdaptersAnswerOnOneBaseInTurn() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("mistral-window");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter one = LoraAdapter.load(decoder, fixture.adapter(), 0);
        LoraAdapter fresh = LoraAdapter.fresh(decoder, LoraSettings.allProjections(2, 4), 3)) {
      int[] ids = fixture.examples().get(0).ids();
      float[] first = flat(one.model().logits(ids));
      float[] base = fixture.expected("base.logits");
      assertClose(flat(fresh.model().logits(ids)), base, 1e-4, "an adapter that changes nothing");
      assertThat(flat(one.model().logits(ids))).isEqualTo(first);
      assertClose(first, fixture.expected("adapted.logits"), 1e-4, "adapted");
    }
  }
}
