package dev.alluvium.trainer.model.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One Java method per TorchScript method: with {@link GenerationKernels}, {@link HeadKernels} and
 * {@link OptimizerKernels} the only class that knows their names and the order of their arguments.
 *
 * <p>Every method names the scope that will own its result. Letters in shapes are those of {@code
 * torchscript/decoder.py}.
 */
public final class Kernels implements AutoCloseable {
  private final TorchRuntime runtime;
  private final Script script;
  private final NDManager owner;
  private final NDArray like;

  /**
   * Numbers that are fixed for one model: query heads, key/value heads, head size, epsilon of the
   * norms.
   */
  public record Constants(int heads, int kvHeads, int headSize, double normEps) {}

  private Kernels(TorchRuntime runtime, Script script) {
    this.runtime = runtime;
    this.script = script;
    this.owner = runtime.newScope();
    NDArray zero = owner.zeros(new Shape());
    this.like =
        runtime.compute().precision() == Precision.BFLOAT16
            ? one(owner, "to_bfloat16", zero)
            : zero;
  }

  /** Compiles the TorchScript source for one model. */
  public static Kernels load(TorchRuntime runtime, Constants constants) {
    return load(runtime, constants, runtime.hasOneDnn() ? Script.PACKED : Script.PLAIN);
  }

  static Kernels load(TorchRuntime runtime, Constants constants, String products) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("heads", constants.heads());
    attributes.put("kv_heads", constants.kvHeads());
    attributes.put("head_size", constants.headSize());
    attributes.put("eps", constants.normEps());
    attributes.put("precision", runtime.compute().precision().scalarType());
    return new Kernels(runtime, Script.load(runtime, attributes, products));
  }

  public TorchRuntime runtime() {
    return runtime;
  }

  /** The arithmetic of generation. */
  public GenerationKernels generation() {
    return new GenerationKernels(this, script);
  }

  /** The arithmetic of the head. */
  public HeadKernels head() {
    return new HeadKernels(script);
  }

  /** The arithmetic of an optimizer. */
  public OptimizerKernels optimizer() {
    return new OptimizerKernels(runtime, script);
  }

  // ---- the passes forward and back ----

  /** Token vectors. table (V, C), ids (B, T) int64 to (B, T, C). */
  public NDArray embed(NDManager scope, NDArray table, NDArray ids) {
    return one(scope, "embed", table, ids);
  }

  /** Adds the gradient d (B, T, C) of {@link #embed} to that of the table (V, C). */
  public void embedBack(NDArray d, NDArray ids, NDArray gradient) {
    try (NDManager scope = runtime.newScope()) {
      script.call(scope, "embed_back", d, ids, gradient);
    }
  }

  /**
   * What a decoder layer calculates with. The low-rank products of the adapters are multiplied by
   * {@code scale}; {@code window} positions are seen, or all if it is 0.
   */
  public record LayerInputs(
      NDArray cos, NDArray sin, NDList weights, NDList adapters, double scale, int window) {}

  /** Dropout of adapters: masks are a function of the seed, which is at most 2^53. */
  public record Dropout(double rate, long seed) {
    public static final Dropout NONE = new Dropout(0, 0);
  }

  /** One decoder layer over whole sequences. x (B, T, C) to (B, T, C). */
  public NDArray layer(NDManager scope, NDArray x, LayerInputs in, Dropout dropout) {
    double[] how = {in.window, in.scale, dropout.rate(), dropout.seed()};
    return one(scope, "layer_output", x, in.cos, in.sin, in.weights, in.adapters, how);
  }

  /** What a layer gives, (B, T, C), and what {@link #layerBack} needs of its calculation. */
  public record KeptLayer(NDArray output, NDList kept) {}

  /** As {@link #layer}, if its gradient will follow. */
  public KeptLayer keptLayer(NDManager scope, NDArray x, LayerInputs in, Dropout dropout) {
    double[] how = {in.window, in.scale, dropout.rate(), dropout.seed()};
    NDList all = script.call(scope, "layer", x, in.cos, in.sin, in.weights, in.adapters, how);
    return new KeptLayer(all.head(), all.subNDList(1));
  }

  /** Where the gradients of a layer are collected: arrays of no elements for what is frozen. */
  public record LayerGradients(NDList weights, NDList adapters) {}

  /**
   * The gradient of one decoder layer, of which what is trained collects its part.
   *
   * @param x (B, T, C), the layer's input
   * @param kept of {@link #keptLayer} with the same inputs and dropout
   * @param d (B, T, C), the gradient at the layer's output; becomes that at its input, in place
   * @param onward whether anything before the layer is trained; if not, {@code d} is left undefined
   */
  public void layerBack(
      NDArray x,
      LayerInputs in,
      Dropout dropout,
      NDList kept,
      LayerGradients gradients,
      NDArray d,
      boolean onward) {
    double[] how = {in.window, in.scale, dropout.rate(), dropout.seed(), onward ? 1 : 0};
    try (NDManager scope = runtime.newScope()) {
      script.call(
          scope,
          "layer_back",
          x,
          in.cos,
          in.sin,
          in.weights,
          in.adapters,
          kept,
          gradients.weights,
          gradients.adapters,
          d,
          how);
    }
  }

  /** Rows of x (B, T, C) by their index in B*T: rows (N) int64 to (N, C). */
  public NDArray select(NDManager scope, NDArray x, NDArray rows) {
    return one(scope, "select", x, rows);
  }

  /** The gradient of {@link #select}: d (N, C) at those rows, zero elsewhere, (B, T, C). */
  public NDArray selectBack(NDManager scope, NDArray d, Shape shape, NDArray rows) {
    return one(scope, "select_back", d, scope.zeros(shape), rows);
  }

  /** Rows {@code from} to {@code to}, exclusive, of x (P, ...). */
  public NDArray rows(NDManager scope, NDArray x, int from, int to) {
    return one(scope, "rows", x, new long[] {from, to});
  }

  /** Rows of x (P, ...) by their index (N) int64, to (N, ...). */
  public NDArray take(NDManager scope, NDArray x, NDArray index) {
    return one(scope, "take", x, index);
  }

  /** Plain matrix products: each x (N, in) and w (out, in); to the last, (N, out). */
  public NDArray products(NDManager scope, ArrayLists all) {
    return infer(scope, "products", all);
  }

  /** Attention without softmax: each q (n, G, D), k and v (n, P, D); to the last, (n, G, D). */
  public NDArray attentionProducts(NDManager scope, ArrayLists all) {
    return infer(scope, "attention_products", all);
  }

  /** Waits until an array has been calculated: a GPU works on after a call has returned. */
  public void synchronize(NDArray array) {
    try (NDManager scope = runtime.newScope()) {
      one(scope, "first", array).toFloatArray();
    }
  }

  /** A float32 array in libtorch's own memory, whose alignment does not change from run to run. */
  public NDArray upload(NDManager scope, float[] values, Shape shape) {
    try (NDArray borrowed = scope.create(FloatBuffer.wrap(values), shape)) {
      return one(scope, "copy", borrowed);
    }
  }

  /** As {@link #upload}, rounded to the compute precision. */
  public NDArray uploadRounded(NDManager scope, float[] values, Shape shape) {
    try (NDArray borrowed = scope.create(FloatBuffer.wrap(values), shape)) {
      return one(scope, "copy_like", borrowed, like);
    }
  }

  /** Room for numbers of the compute precision, which hold anything until they are written. */
  public NDArray room(NDManager scope, Shape shape) {
    return one(scope, "room", like, shape.getShape());
  }

  /** A copy of a float32 array in the compute precision. */
  public NDArray rounded(NDManager scope, NDArray x) {
    return one(scope, "copy_like", x, like);
  }

  /** An int64 array on the device. */
  public NDArray upload(NDManager scope, long[] values, Shape shape) {
    return scope.create(LongBuffer.wrap(values), shape);
  }

  /**
   * A matrix (out, in) in the order in which the processor multiplies a few rows with it fastest;
   * the given one is freed. The same matrix where there is no better order.
   */
  public NDArray pack(NDManager scope, NDArray matrix) {
    if (!runtime.hasOneDnn()) {
      return matrix;
    }
    NDArray packed = one(scope, "pack", matrix);
    matrix.close();
    return packed;
  }

  /** Blocks of rows, joined; the blocks are freed. */
  public NDArray join(NDManager scope, NDList blocks) {
    NDArray whole = one(scope, "concatenate", blocks);
    blocks.close();
    return whole;
  }

  /** Overwrites the numbers of an array. */
  public void assign(NDArray target, float[] values) {
    try (NDManager scope = runtime.newScope()) {
      NDArray source = scope.create(FloatBuffer.wrap(values), target.getShape());
      script.call(scope, "assign", target, source);
    }
  }

  /** Overwrites rows {@code from} to {@code to}, exclusive, of a matrix of either precision. */
  public void assignRows(NDArray target, long from, long to, float[] values) {
    try (NDManager scope = runtime.newScope()) {
      Shape shape = new Shape(to - from, target.getShape().get(1));
      NDArray source = scope.create(FloatBuffer.wrap(values), shape);
      script.call(scope, "assign_rows", target, source, new long[] {from, to});
    }
  }

  /** Adds scale * b * a, a (R, in), b (out, R), to a matrix (out, in) of either precision. */
  public void addProduct(NDArray matrix, NDArray a, NDArray b, double scale) {
    try (NDManager scope = runtime.newScope()) {
      script.call(scope, "add_product", matrix, a, b, new double[] {scale});
    }
  }

  /** The numbers of an array of either precision, exactly. */
  public float[] download(NDArray array) {
    try (NDManager scope = runtime.newScope()) {
      return one(scope, "to_float32", array).toFloatArray();
    }
  }

  private NDArray infer(NDManager scope, String method, Object... arguments) {
    return script.infer(scope, method, arguments).get(0);
  }

  private NDArray one(NDManager scope, String method, Object... arguments) {
    return script.call(scope, method, arguments).get(0);
  }

  @Override
  public void close() {
    owner.close();
    script.close();
  }
}
