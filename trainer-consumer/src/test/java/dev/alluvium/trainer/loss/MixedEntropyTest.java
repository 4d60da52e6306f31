package dev.alluvium.trainer.loss;

import static dev.alluvium.trainer.ParityFixture.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.HeadKernels;
import dev.alluvium.trainer.model.torch.Kernels;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loss and gradients of mixtures, against the formula written out in double precision. */
class MixedEntropyTest {
  private static final int ROWS = 9;
  private static final double WEIGHT = 0.7;

  /** Row 4 is not mixed. */
  private static final int[] FIRST = {0, 1, 2, 8};

  private static final int[] SECOND = {3, 7, 5, 6};
  private static final float[] SHARES = {0.3f, 0.95f, 0.5f, 0f};

  /** What was calculated for the rows of this test. */
  private record Result(double sum, float[] hidden, float[] norm, float[] head) {}

  /** A decoder's end, and states and targets at it, in double precision. */
  private record Numbers(
      double[][] h, long[] targets, double[] norm, double[][] head, double eps, float[] shares) {

    static Numbers of(Decoder decoder, float[] shares) {
      Kernels kernels = decoder.kernels();
      int width = decoder.spec().width();
      int vocab = decoder.spec().vocab();
      Random random = new Random(5);
      double[][] h = new double[ROWS][width];
      long[] targets = new long[ROWS];
      for (int n = 0; n < ROWS; n++) {
        targets[n] = random.nextInt(vocab);
        for (int c = 0; c < width; c++) {
          h[n][c] = (float) random.nextGaussian();
        }
      }
      float[] norm = kernels.download(decoder.end().norm());
      double[] wide = new double[width];
      for (int c = 0; c < width; c++) {
        wide[c] = norm[c];
      }
      float[] flat = kernels.download(decoder.end().head());
      double[][] head = new double[vocab][width];
      for (int i = 0; i < flat.length; i++) {
        head[i / width][i % width] = flat[i];
      }
      return new Numbers(h, targets, wide, head, decoder.spec().normEps(), shares);
    }

    double sum() {
      double sum = 0;
      for (int p = 0; p < FIRST.length; p++) {
        sum += loss(p);
      }
      return sum;
    }

    /** The mixture of logits, which is that of the hidden states because the head is linear. */
    private double loss(int p) {
      double[] first = logits(h[FIRST[p]]);
      double[] second = logits(h[SECOND[p]]);
      double share = shares[p];
      double mass = 0;
      double[] mixed = new double[first.length];
      for (int v = 0; v < first.length; v++) {
        mixed[v] = share * first[v] + (1 - share) * second[v];
        mass += Math.exp(mixed[v]);
      }
      return -share * (mixed[(int) targets[FIRST[p]]] - Math.log(mass))
          - (1 - share) * (mixed[(int) targets[SECOND[p]]] - Math.log(mass));
    }

    private double[] logits(double[] x) {
      double squares = 0;
      for (double value : x) {
        squares += value * value;
      }
      double size = Math.sqrt(squares / x.length + eps);
      double[] logits = new double[head.length];
      for (int v = 0; v < head.length; v++) {
        for (int c = 0; c < x.length; c++) {
          logits[v] += head[v][c] * norm[c] * x[c] / size;
        }
      }
      return logits;
    }

    float[] slope(double[][] at) {
      int width = at[0].length;
      float[] slope = new float[at.length * width];
      for (int i = 0; i < slope.length; i++) {
        slope[i] = slope(at[i / width], i % width);
      }
      return slope;
    }

    float slope(double[] at, int i) {
      double before = at[i];
      double step = 1e-4;
      at[i] = before + step;
      double up = sum();
      at[i] = before - step;
      double down = sum();
      at[i] = before;
      return (float) (WEIGHT * (up - down) / (2 * step));
    }

    float[] flat() {
      float[] flat = new float[ROWS * norm.length];
      for (int i = 0; i < flat.length; i++) {
        flat[i] = (float) h[i / norm.length][i % norm.length];
      }
      return flat;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 3})
  void lossAndGradientsAreThoseOfMixedLogits(int chunk) throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-untied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.loadTrainable(fixture.directory(), runtime)) {
      Numbers numbers = Numbers.of(decoder, SHARES);
      Result result = calculate(decoder, numbers, chunk);
      assertThat(result.sum()).isCloseTo(numbers.sum(), within(1e-5));
      assertClose(result.hidden(), numbers.slope(numbers.h()), 1e-5, "hidden states");
      assertClose(
          result.norm(), numbers.slope(new double[][] {numbers.norm()}), 1e-5, "final norm");
      float[] head = result.head();
      float[] slope = head.clone();
      for (int i = 0; i < head.length; i += 7) {
        int width = numbers.norm().length;
        slope[i] = numbers.slope(numbers.head()[i / width], i % width);
      }
      assertClose(head, slope, 1e-5, "head");
    }
  }

  @Test
  void aShareOfOneIsTheCrossEntropyOfTheFirstAlone() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.loadTrainable(fixture.directory(), runtime)) {
      Numbers numbers = Numbers.of(decoder, new float[] {1, 1, 1, 1});
      Result mixed = calculate(decoder, numbers, 1000);
      float[] weights = new float[ROWS];
      for (int row : FIRST) {
        weights[row] = (float) WEIGHT;
      }
      clear(decoder);
      Kernels kernels = decoder.kernels();
      try (NDManager scope = kernels.runtime().newScope()) {
        CrossEntropy.Gradient plain =
            new CrossEntropy(LanguageModel.base(decoder))
                .backward(scope, hidden(scope, decoder, numbers), numbers.targets(), weights);
        assertThat(WEIGHT * mixed.sum()).isCloseTo(plain.losses().weighted(), within(1e-5));
        assertClose(mixed.hidden(), kernels.download(plain.hidden()), 1e-6, "hidden states");
        assertClose(
            mixed.norm(), kernels.download(decoder.endGradients().norm()), 1e-5, "final norm");
        assertClose(mixed.head(), kernels.download(decoder.endGradients().head()), 1e-5, "head");
      }
    }
  }

  @Test
  void theGradientIsAddedToWhatIsThere() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime)) {
      Numbers numbers = Numbers.of(decoder, SHARES);
      float[] once = calculate(decoder, numbers, 1000).hidden();
      Kernels kernels = decoder.kernels();
      try (NDManager scope = kernels.runtime().newScope()) {
        NDArray h = hidden(scope, decoder, numbers);
        NDArray gradient = kernels.upload(scope, once, h.getShape());
        new MixedEntropy(LanguageModel.base(decoder))
            .backward(scope, h, numbers.targets(), rows(numbers), WEIGHT, gradient);
        float[] twice = once.clone();
        for (int i = 0; i < twice.length; i++) {
          twice[i] *= 2;
        }
        assertClose(kernels.download(gradient), twice, 1e-6, "hidden states");
        int width = numbers.norm().length;
        for (int c = 0; c < width; c++) {
          assertThat(once[4 * width + c]).as("the row that is not mixed").isZero();
        }
      }
    }
  }

  @Test
  void bfloat16IsNear() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-untied")) {
      Result exact = with(fixture, Precision.FLOAT32);
      Result rough = with(fixture, Precision.BFLOAT16);
      assertThat(rough.sum()).isCloseTo(exact.sum(), within(0.02 * exact.sum()));
      assertThat(distance(rough.hidden(), exact.hidden())).isLessThan(0.03);
      assertThat(distance(rough.head(), exact.head())).isLessThan(0.03);
      assertThat(distance(rough.norm(), exact.norm())).isLessThan(0.03);
    }
  }

  private static Result with(ParityFixture fixture, Precision precision) {
    try (TorchRuntime runtime = TorchRuntime.open(new Compute("cpu", precision, 1));
        Decoder decoder = Decoder.loadTrainable(fixture.directory(), runtime)) {
      return calculate(decoder, Numbers.of(decoder, SHARES), 1000);
    }
  }

  /** Relative L2 distance. */
  private static double distance(float[] from, float[] to) {
    double apart = 0;
    double size = 0;
    for (int i = 0; i < to.length; i++) {
      apart += (from[i] - to[i]) * (from[i] - to[i]);
      size += to[i] * to[i];
    }
    return Math.sqrt(apart / size);
  }

  private static Result calculate(Decoder decoder, Numbers numbers, int chunk) {
    Kernels kernels = decoder.kernels();
    clear(decoder);
    try (NDManager scope = kernels.runtime().newScope()) {
      NDArray h = hidden(scope, decoder, numbers);
      NDArray gradient = scope.zeros(h.getShape());
      double sum =
          new MixedEntropy(LanguageModel.base(decoder), chunk)
              .backward(scope, h, numbers.targets(), rows(numbers), WEIGHT, gradient);
      HeadKernels.End collected = decoder.endGradients();
      return new Result(
          sum,
          kernels.download(gradient),
          kernels.download(collected.norm()),
          kernels.download(collected.head()));
    }
  }

  private static void clear(Decoder decoder) {
    if (!decoder.parameters().list().isEmpty()) {
      decoder.kernels().optimizer().clear(decoder.parameters().gradients());
    }
  }

  private static NDArray hidden(NDManager scope, Decoder decoder, Numbers numbers) {
    return decoder.kernels().upload(scope, numbers.flat(), new Shape(ROWS, decoder.spec().width()));
  }

  private static MixedRows rows(Numbers numbers) {
    return new MixedRows(FIRST, SECOND, numbers.shares());
  }
}
