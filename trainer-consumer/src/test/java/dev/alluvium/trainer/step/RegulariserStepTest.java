package dev.alluvium.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.mixup.Halves;
import dev.alluvium.trainer.mixup.Mixture;
import dev.alluvium.trainer.mixup.Pairing;
import dev.alluvium.trainer.mixup.Scope;
import dev.alluvium.trainer.mixup.Split;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Parameter;
import dev.alluvium.trainer.model.Parameters;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Kernels;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.optim.AdamWSettings;
import dev.alluvium.trainer.text.TokenizedExample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Regularisers in whole steps: loss, average over batches, gradient of all that is trained. */
class RegulariserStepTest {
  private static final double MU = 0.8;

  /** With betas of 0, a huge eps and no decay, AdamW moves by lr * g / eps: the gradient itself. */
  private static final AdamWSettings PLAIN = new AdamWSettings(0, 0, 1e6, 0, 1e9);

  /** A model and what of it is trained. */
  private record Subject(LanguageModel model, Parameters parameters, double pull) {
    StepReport step(List<Batch> batches, double rate, Optional<Pairing> pairing) {
      try (AdamW optimizer = new AdamW(parameters, PLAIN, model.kernels())) {
        return new TrainingStep(model, optimizer, Normalise.TOKEN, 0, pull)
            .step(batches, rate, pairing);
      }
    }

    List<float[]> values() {
      List<float[]> values = new ArrayList<>();
      for (Parameter parameter : parameters.list()) {
        values.add(model.kernels().download(parameter.value()));
      }
      return values;
    }

    void assign(List<float[]> start, List<float[]> direction, double h) {
      Kernels kernels = model.kernels();
      for (int i = 0; i < start.size(); i++) {
        float[] values = start.get(i).clone();
        for (int j = 0; j < values.length; j++) {
          values[j] += (float) (h * direction.get(i)[j]);
        }
        kernels.assign(parameters.list().get(i).value(), values);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "2, 0.7"})
  void theGradientAtAnAdapterIsTheSlopeOfTheLoss(int batches, double pull) throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0)) {
      slope(new Subject(adapter.model(), adapter.parameters(), pull), batches);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-gqa-tied", "llama-untied"})
  void theGradientAtAllWeightsIsTheSlopeOfTheLoss(String name) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.loadTrainable(fixture.directory(), runtime)) {
      slope(new Subject(LanguageModel.base(decoder), decoder.parameters(), 0), 2);
    }
  }

  private static void slope(Subject subject, int count) {
    List<Batch> batches = batches(subject.model(), count, 4, 3);
    List<float[]> start = subject.values();
    StepReport report = subject.step(batches, 1e6, pairing(4));
    double norm = report.gradientNorm();
    List<float[]> direction = new ArrayList<>();
    List<float[]> moved = subject.values();
    for (int i = 0; i < start.size(); i++) {
      float[] unit = new float[start.get(i).length];
      for (int j = 0; j < unit.length; j++) {
        unit[j] = (float) ((start.get(i)[j] - moved.get(i)[j]) / norm);
      }
      direction.add(unit);
    }
    double h = 2e-3;
    subject.assign(start, direction, h);
    double up = subject.step(batches, 0, pairing(4)).loss();
    subject.assign(start, direction, -h);
    double down = subject.step(batches, 0, pairing(4)).loss();
    assertThat((up - down) / (2 * h)).isCloseTo(norm, within(3e-3 * norm));
    assertThat(report.mixed().pairs()).isEqualTo(2 * count);
  }

  /** One pair in each batch: how many tokens are mixed is known beforehand. */
  @Test
  void lossesOfAllBatchesOfAStepAreAveragedByToken() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-untied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0)) {
      Subject subject = new Subject(adapter.model(), adapter.parameters(), 0);
      List<Batch> batches =
          List.of(batch(subject.model(), 1, 2, 2), batch(subject.model(), 2, 2, 7));
      StepReport plain = subject.step(batches, 0, Optional.empty());
      StepReport mixed = subject.step(batches, 0, pairing(2));
      assertThat(mixed.nllSum()).isEqualTo(plain.nllSum());
      assertThat(mixed.mixed().tokens()).isEqualTo(2 + 7);
      assertThat(mixed.mixed().pairs()).isEqualTo(2);
      double mean = mixed.mixed().lossSum() / mixed.mixed().tokens();
      assertThat(mixed.loss()).isCloseTo(plain.loss() + MU * mean, within(1e-6));
      assertThat(plain.mixed()).isEqualTo(StepReport.Mixed.NONE);
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void theMeanDivergenceFromTheBaseIsMinimisedToo(Precision precision) throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-untied");
        TorchRuntime runtime = TorchRuntime.open(new Compute("cpu", precision, 1));
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0);
        LoraAdapter fresh = LoraAdapter.fresh(decoder, LoraSettings.allProjections(2, 4), 1)) {
      List<Batch> batches = batches(adapter.model(), 2, 3, 2);
      StepReport held =
          new Subject(adapter.model(), adapter.parameters(), 0.5)
              .step(batches, 0, Optional.empty());
      StepReport free =
          new Subject(adapter.model(), adapter.parameters(), 0).step(batches, 0, Optional.empty());
      assertThat(held.divergenceSum()).isPositive();
      assertThat(free.divergenceSum()).isZero();
      double mean = held.divergenceSum() / held.trainedTokens();
      assertThat(held.loss()).isCloseTo(free.loss() + 0.5 * mean, within(1e-6));
      StepReport unmoved =
          new Subject(fresh.model(), fresh.parameters(), 0.5).step(batches, 0, Optional.empty());
      assertThat(unmoved.divergenceSum()).isCloseTo(0, within(1e-5));
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void stepsAreTheSameEveryTime(Precision precision) throws IOException {
    try (ParityFixture fixture = ParityFixture.open("qwen3-tied");
        TorchRuntime runtime = TorchRuntime.open(new Compute("cpu", precision, 1))) {
      StepReport first = twoSteps(fixture, runtime, pairing(4));
      assertThat(twoSteps(fixture, runtime, pairing(4))).isEqualTo(first);
      assertThat(first.skipped()).isFalse();
      assertThat(twoSteps(fixture, runtime, Optional.empty()).loss()).isNotEqualTo(first.loss());
    }
  }

  private static StepReport twoSteps(
      ParityFixture fixture, TorchRuntime runtime, Optional<Pairing> pairing) {
    try (Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0);
        AdamW optimizer =
            new AdamW(adapter.parameters(), AdamWSettings.defaults(), decoder.kernels())) {
      TrainingStep step = new TrainingStep(adapter.model(), optimizer, Normalise.TOKEN);
      List<Batch> batches = batches(adapter.model(), 2, 4, 3);
      step.step(batches, 1e-2, pairing);
      return step.step(batches, 1e-2, pairing);
    }
  }

  private static Optional<Pairing> pairing(int examples) {
    Mixture mixture = new Mixture(MU, 2, Split.BATCH, Scope.SKILL, 3);
    Halves unknown =
        Halves.of(
            mixture,
            Collections.nCopies(examples, "math"),
            Collections.nCopies(examples, OptionalDouble.empty()));
    return Optional.of(new Pairing(mixture, unknown));
  }

  private static List<Batch> batches(LanguageModel model, int count, int examples, int shortest) {
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batches.add(batch(model, i, examples, shortest));
    }
    return batches;
  }

  /** Random tokens, of which the last ones are trained: as many as given, and one more of each. */
  private static Batch batch(LanguageModel model, long seed, int examples, int shortest) {
    Random random = new Random(seed);
    List<TokenizedExample> list = new ArrayList<>();
    for (int i = 0; i < examples; i++) {
      int prompt = 2 + random.nextInt(3);
      int[] ids = new int[prompt + shortest + i];
      Arrays.setAll(ids, t -> random.nextInt(model.decoder().spec().vocab()));
      boolean[] trained = new boolean[ids.length];
      Arrays.fill(trained, prompt, ids.length, true);
      list.add(new TokenizedExample(ids, trained));
    }
    return Batch.of(list);
  }
}
