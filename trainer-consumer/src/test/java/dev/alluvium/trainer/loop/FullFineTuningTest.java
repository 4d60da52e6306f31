package dev.alluvium.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.config.AdapterSettings;
import dev.alluvium.trainer.config.CommitSettings;
import dev.alluvium.trainer.config.GateSettings;
import dev.alluvium.trainer.config.GuardSettings;
import dev.alluvium.trainer.config.KeepSettings;
import dev.alluvium.trainer.config.KlSettings;
import dev.alluvium.trainer.config.SftMixSettings;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.step.StepReport;
import dev.alluvium.trainer.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All weights of a model learn; they are saved, restored, reset and written without losing a bit.
 */
final class FullFineTuningTest {
  private static final double RATE = 1e-2;

  @TempDir private Path root;

  @ParameterizedTest
  @EnumSource
  void resetIsTheBaseAndRestoreIsTheSavedStateBitForBit(Precision precision) throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied");
        Learner learner = Learner.load(settings(fixture.directory(), precision))) {
      int[] ids = fixture.examples().get(0).ids();
      float[][] base = ofBase(learner, ids);
      assertThat(learner.model().logits(ids)).isDeepEqualTo(base);

      double before = train(learner, fixture, 3);
      float[][] trained = learner.model().logits(ids);
      byte[] saved = saved(learner);
      assertThat(trained[0]).isNotEqualTo(base[0]);
      assertThat(ofBase(learner, ids)).isDeepEqualTo(base);
      assertThat(train(learner, fixture, 2)).isLessThan(before - 0.1);
      byte[] further = saved(learner);

      learner.restore(Files.write(root.resolve("earlier.safetensors"), saved));
      assertThat(learner.model().logits(ids)).isDeepEqualTo(trained);
      train(learner, fixture, 2);
      assertThat(saved(learner)).isEqualTo(further);

      learner.reset();
      assertThat(learner.model().logits(ids)).isDeepEqualTo(base);
      train(learner, fixture, 3);
      assertThat(saved(learner)).isEqualTo(saved);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.alluvium.trainer.ParityFixture#names")
  void theVersionAnswersLikeTheLearner(String name) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        Learner learner = Learner.load(settings(fixture.directory(), Precision.FLOAT32))) {
      train(learner, fixture, 2);
      Path version = exported(learner);

      int[] ids = fixture.examples().get(1).ids();
      assertThat(logits(version, ids)).isDeepEqualTo(learner.model().logits(ids));
      assertThat(version.resolve("config.json"))
          .hasSameBinaryContentAs(fixture.directory().resolve("config.json"));
    }
  }

  /** In two shards of bfloat16, with the tied head stored once more, as some publish it. */
  @Test
  void shardsElementTypesAndASecondCopyOfTheTableStay() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied")) {
      Path base = ShardedModel.create(fixture.directory(), root.resolve("base"));
      try (Learner learner = Learner.load(settings(base, Precision.BFLOAT16))) {
        train(learner, fixture, 1);
        Path version = exported(learner);
        learner.save(root.resolve("state.safetensors"));
        try (Safetensors was = Safetensors.open(base);
            Safetensors is = Safetensors.open(version);
            Safetensors state = Safetensors.open(root.resolve("state.safetensors"));
            var files = Files.list(version)) {
          assertThat(is.tensors()).isEqualTo(was.tensors());
          for (String name : is.tensors().keySet()) {
            if (!name.equals("lm_head.weight")) {
              assertRounded(is.all(name), state.all("parameter." + name));
            }
          }
          assertThat(is.all("lm_head.weight"))
              .isEqualTo(is.all("model.embed_tokens.weight"))
              .isNotEqualTo(was.all("lm_head.weight"));
          assertThat(files.map(f -> f.getFileName().toString()))
              .containsExactlyInAnyOrderElementsOf(ShardedModel.FILES);
        }
      }
    }
  }

  /** Steps of a millionth are lost on a 1 in bfloat16, whose neighbour is 1.0078. */
  @Test
  void smallStepsAddUpInFloat32WhateverThePrecision() throws IOException {
    String norm = "model.norm.weight";
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied")) {
      Path base = ShardedModel.create(fixture.directory(), root.resolve("base"));
      try (Learner learner = Learner.load(settings(base, Precision.BFLOAT16));
          Safetensors was = Safetensors.open(base)) {
        for (int i = 0; i < 3; i++) {
          learner.step().step(Batch.of(fixture.examples()), 1e-6);
        }
        learner.save(root.resolve("state.safetensors"));
        try (Safetensors state = Safetensors.open(root.resolve("state.safetensors"));
            Safetensors version = Safetensors.open(exported(learner))) {
          assertThat(version.all(norm)).isEqualTo(was.all(norm));
          float[] master = state.all("parameter." + norm);
          for (int i = 0; i < master.length; i++) {
            assertThat((double) Math.abs(master[i] - was.all(norm)[i])).isBetween(5e-7, 4e-6);
          }
        }
      }
    }
  }

  @Test
  void aStepOverTwoBatchesIsTheStepOverOneThatHoldsBoth() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-untied");
        Learner one = Learner.load(settings(fixture.directory(), Precision.FLOAT32));
        Learner two = Learner.load(settings(fixture.directory(), Precision.FLOAT32))) {
      List<Batch> apart = fixture.examples().stream().map(e -> Batch.of(List.of(e))).toList();
      StepReport together = one.step().step(Batch.of(fixture.examples()), RATE);
      StepReport accumulated = two.step().step(apart, RATE);
      assertThat(accumulated.loss()).isCloseTo(together.loss(), within(1e-5));
      assertThat(accumulated.gradientNorm()).isCloseTo(together.gradientNorm(), within(1e-4));
    }
  }

  /** Trains on the fixture's examples and gives the last loss. */
  private static double train(Learner learner, ParityFixture fixture, int steps) {
    double loss = Double.NaN;
    for (int i = 0; i < steps; i++) {
      loss = learner.step().step(Batch.of(fixture.examples()), RATE).loss();
    }
    return loss;
  }

  private byte[] saved(Learner learner) throws IOException {
    learner.save(root.resolve("saved.safetensors"));
    return Files.readAllBytes(root.resolve("saved.safetensors"));
  }

  private Path exported(Learner learner) throws IOException {
    Path version = Files.createDirectory(root.resolve("version"));
    learner.export(version);
    return version;
  }

  /** bfloat16 has 8 significant bits: rounding moves a number by at most 2^-8 of it. */
  private static void assertRounded(float[] actual, float[] exact) {
    assertThat(actual).hasSameSizeAs(exact);
    for (int i = 0; i < exact.length; i++) {
      assertThat(actual[i]).isCloseTo(exact[i], within(Math.abs(exact[i]) * 0x1p-8f));
    }
  }

  private static float[][] ofBase(Learner learner, int[] ids) {
    return learner.askBase(model -> model.logits(ids));
  }

  private static float[][] logits(Path directory, int[] ids) {
    try (TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(directory, runtime)) {
      return LanguageModel.base(decoder).logits(ids);
    }
  }

  private static TrainSettings settings(Path model, Precision precision) {
    return new TrainSettings(
        model.toString(),
        "unused",
        "cpu",
        precision.toString(),
        1,
        1,
        "full",
        new AdapterSettings(4, 8, 0, "all", false),
        RATE,
        0,
        0,
        1,
        1,
        64,
        1,
        0,
        64,
        "token",
        new SftMixSettings(0, 0.5, "batch", "skill", 100),
        new KlSettings(0.5), // without effect
        "model",
        Map.of(),
        new CommitSettings(0),
        new GateSettings(1, 0.05, 0.1, "best", 2, "refuse", 0, 128, 0.05, 0.1),
        new GuardSettings(0, 0, 1, 0),
        new KeepSettings(1, 1, 1),
        Duration.ofSeconds(10));
  }
}
