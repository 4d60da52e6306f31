package dev.alluvium.trainer.model.torch;

import static dev.alluvium.trainer.ParityFixture.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.model.torch.Kernels.Dropout;
import dev.alluvium.trainer.model.torch.Kernels.KeptLayer;
import dev.alluvium.trainer.model.torch.Kernels.LayerGradients;
import dev.alluvium.trainer.model.torch.Kernels.LayerInputs;
import java.util.Collections;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Where libtorch comes without oneDNN, and on a GPU, plain products take its place: a layer and its
 * gradient are the same.
 */
final class ProductsTest {
  private static final int WIDTH = 32;
  private static final int HEADS = 2;
  private static final int HEAD_SIZE = 16;
  private static final int INNER = 48;

  /** Enough rows for oneDNN to multiply plain matrices. */
  private static final Shape INPUT = new Shape(2, 150, WIDTH);

  /** The parts of a layer in the order of the kernel. */
  private static final int[][] PARTS = {
    {WIDTH},
    {WIDTH, WIDTH},
    {WIDTH, WIDTH},
    {WIDTH, WIDTH},
    {WIDTH, WIDTH},
    {WIDTH},
    {INNER, WIDTH},
    {INNER, WIDTH},
    {WIDTH, INNER},
    {WIDTH},
    {WIDTH},
    {WIDTH},
    {WIDTH},
    {INNER},
    {INNER},
    {WIDTH},
    {HEAD_SIZE},
    {HEAD_SIZE}
  };

  @Test
  void plainProductsGiveTheSameLayerAndGradients() {
    try (TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Trial packed = new Trial(runtime, Script.PACKED);
        Trial plain = new Trial(runtime, Script.PLAIN)) {
      assertClose(plain.numbers(plain.output), packed.numbers(packed.output), 1e-4, "output");
      assertClose(plain.numbers(plain.atInput), packed.numbers(packed.atInput), 1e-4, "input");
      for (int part = 0; part < PARTS.length; part++) {
        assertClose(
            plain.numbers(plain.gradients.get(part)),
            packed.numbers(packed.gradients.get(part)),
            1e-3,
            "part " + part);
      }
    }
  }

  /** A layer with random weights, all of them trained, passed through and back. */
  private static final class Trial implements AutoCloseable {
    private final Kernels kernels;
    private final NDManager scope;
    private final SplittableRandom random = new SplittableRandom(1);
    private final NDArray output;
    private final NDArray atInput;
    private final NDList gradients = new NDList();

    Trial(TorchRuntime runtime, String products) {
      kernels =
          Kernels.load(runtime, new Kernels.Constants(HEADS, HEADS, HEAD_SIZE, 1e-5), products);
      scope = runtime.newScope();
      NDList weights = new NDList();
      for (int[] part : PARTS) {
        Shape shape = part.length == 1 ? new Shape(part[0]) : new Shape(part[0], part[1]);
        weights.add(random(shape));
        gradients.add(scope.zeros(shape));
      }
      Shape angles = new Shape(INPUT.get(1), HEAD_SIZE / 2);
      LayerInputs inputs =
          new LayerInputs(random(angles), random(angles), weights, noPairs(), 0, 0);
      NDArray x = random(INPUT);
      KeptLayer kept = kernels.keptLayer(scope, x, inputs, Dropout.NONE);
      output = kept.output();
      atInput = random(INPUT);
      LayerGradients into = new LayerGradients(gradients, noPairs());
      kernels.layerBack(x, inputs, Dropout.NONE, kept.kept(), into, atInput, true);
    }

    private NDList noPairs() {
      return new NDList(Collections.nCopies(14, scope.zeros(new Shape(0))));
    }

    private NDArray random(Shape shape) {
      float[] values = new float[(int) shape.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-0.5, 0.5);
      }
      return kernels.upload(scope, values, shape);
    }

    float[] numbers(NDArray array) {
      return kernels.download(array);
    }

    @Override
    public void close() {
      scope.close();
      kernels.close();
    }
  }
}
