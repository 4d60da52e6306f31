package dev.alluvium.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.alluvium.trainer.model.DecoderWeights.Use;
import dev.alluvium.trainer.model.torch.GenerationKernels.DecoderInputs;
import dev.alluvium.trainer.model.torch.HeadKernels.End;
import dev.alluvium.trainer.model.torch.Kernels;
import dev.alluvium.trainer.model.torch.Kernels.Dropout;
import dev.alluvium.trainer.model.torch.Kernels.KeptLayer;
import dev.alluvium.trainer.model.torch.Kernels.LayerGradients;
import dev.alluvium.trainer.model.torch.Kernels.LayerInputs;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.weights.Safetensors;
import dev.alluvium.trainer.weights.SafetensorsWriter;
import dev.alluvium.trainer.weights.TensorDifferences;
import dev.alluvium.trainer.weights.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A decoder on a device: token ids in, hidden states and logits out.
 *
 * <p>Sequences are causal and padded on the right; positions after a sequence's end are calculated
 * and mean nothing. The weights are frozen in the compute precision, or trained and kept in
 * float32.
 */
public final class Decoder implements AutoCloseable {
  private final DecoderSpec spec;
  private final Kernels kernels;
  private final DecoderWeights weights;
  private final RopeTable positions;
  private final long[] windows;
  private final NoAdapters none;
  private final Use use;
  private final Optional<Path> directory;
  private @Nullable LayerAdapters merged;

  private Decoder(
      DecoderSpec spec,
      TorchRuntime runtime,
      Use use,
      Optional<Path> directory,
      DecoderWeights.Source source) {
    this.spec = spec;
    this.directory = directory;
    this.use = use;
    this.kernels =
        Kernels.load(
            runtime,
            new Kernels.Constants(spec.heads(), spec.kvHeads(), spec.headSize(), spec.normEps()));
    this.weights = DecoderWeights.load(spec, kernels, use, source);
    this.positions = new RopeTable(spec, kernels);
    this.windows = spec.windows().stream().mapToLong(Integer::longValue).toArray();
    this.none = new NoAdapters(runtime, spec.layers());
  }

  /** Loads a Hugging Face directory ({@code config.json}, safetensors) with frozen weights. */
  public static Decoder load(Path directory, TorchRuntime runtime) {
    return load(directory, runtime, Use.ADAPT);
  }

  /**
   * Loads a Hugging Face directory to answer and to score only, which on a CPU is faster: nothing
   * can be trained on it or merged into it.
   */
  public static Decoder loadToAnswer(Path directory, TorchRuntime runtime) {
    return load(directory, runtime, Use.ANSWER);
  }

  /** Loads a Hugging Face directory to train all of its weights, which stay in float32. */
  public static Decoder loadTrainable(Path directory, TorchRuntime runtime) {
    return load(directory, runtime, Use.TRAIN);
  }

  private static Decoder load(Path directory, TorchRuntime runtime, Use use) {
    DecoderSpec spec = DecoderConfig.read(directory);
    try (Safetensors file = Safetensors.open(directory)) {
      check(file.differences(DecoderLayout.shapes(spec)), spec, directory);
      return new Decoder(spec, runtime, use, Optional.of(directory), file::rows);
    }
  }

  /**
   * A new decoder to train, with random weights that depend on nothing but the spec and the seed.
   */
  public static Decoder initialise(DecoderSpec spec, long seed, TorchRuntime runtime) {
    return new Decoder(spec, runtime, Use.TRAIN, Optional.empty(), new RandomWeights(spec, seed));
  }

  /** A decoder with frozen random weights, to measure training of adapters. */
  public static Decoder random(DecoderSpec spec, long seed, TorchRuntime runtime) {
    return new Decoder(spec, runtime, Use.ADAPT, Optional.empty(), new RandomWeights(spec, seed));
  }

  /** A decoder with random weights as {@link #loadToAnswer} keeps them, to measure answering. */
  public static Decoder randomToAnswer(DecoderSpec spec, long seed, TorchRuntime runtime) {
    return new Decoder(spec, runtime, Use.ANSWER, Optional.empty(), new RandomWeights(spec, seed));
  }

  /** The shape of the model in a Hugging Face directory. */
  public static DecoderSpec readSpec(Path directory) {
    return DecoderConfig.read(directory);
  }

  /**
   * The same, if the weights beside it are those of that shape; of them only the headers are read.
   */
  public static DecoderSpec inspect(Path directory) {
    DecoderSpec spec = DecoderConfig.read(directory);
    try (Safetensors file = Safetensors.open(directory)) {
      check(file.differences(DecoderLayout.shapes(spec)), spec, directory);
    }
    return spec;
  }

  private static void check(TensorDifferences differences, DecoderSpec spec, Path directory) {
    List<String> extra =
        differences.extra().stream()
            .filter(name -> !name.contains("rotary_emb.inv_freq")) // older exports carry this table
            .filter(name -> !(spec.tiedHead() && name.startsWith(DecoderLayout.HEAD)))
            .toList();
    if (!differences.missing().isEmpty() || !differences.reshaped().isEmpty() || !extra.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: the weights are not those of config.json (%s): missing %s, of another shape %s, unknown %s"
              .formatted(directory, spec, differences.missing(), differences.reshaped(), extra));
    }
  }

  public DecoderSpec spec() {
    return spec;
  }

  public Kernels kernels() {
    return kernels;
  }

  /** What can be trained: every weight, or nothing if the decoder is frozen. */
  public Parameters parameters() {
    return new Parameters(use == Use.TRAIN ? weights.parameters() : List.of());
  }

  /**
   * Adds an adapter's low-rank products to the weights: its view then answers without calculating
   * them apart, until {@link #unmerge}. Meanwhile every other view is refused, and so is training.
   * In bfloat16 the sum is rounded to it.
   *
   * @throws IllegalStateException if an adapter is merged already, or the weights are not those of
   *     a model directory that was loaded to train adapters
   */
  public void merge(LayerAdapters adapters) {
    if (merged != null || use != Use.ADAPT || directory.isEmpty()) {
      throw new IllegalStateException(
          "adapter cannot be merged: "
              + (merged != null
                  ? "another one is merged; unmerge it first"
                  : "the weights are not those of a model directory, loaded to train adapters"));
    }
    merged = adapters; // before the first change: weights that are half merged answer nobody
    for (int layer = 0; layer < spec.layers(); layer++) {
      weights.addProducts(kernels, layer, adapters);
    }
  }

  /**
   * Reads the weights that a merged adapter has changed again: they are as before, bit for bit. The
   * adapter must still be open.
   */
  public void unmerge() {
    LayerAdapters former = merged;
    if (former == null) {
      return;
    }
    try (Safetensors file = Safetensors.open(directory.orElseThrow())) {
      for (int layer = 0; layer < spec.layers(); layer++) {
        weights.restore(kernels, layer, former, file::rows);
      }
    }
    merged = null;
  }

  /** What to calculate apart: nothing for an adapter that is in the weights already. */
  private LayerAdapters apart(boolean trains, LayerAdapters adapters) {
    if (trains && use == Use.ANSWER) {
      throw new IllegalStateException("the decoder was loaded to answer: nothing can be trained");
    }
    if (merged == null) {
      return adapters;
    }
    if (merged != adapters || trains) {
      throw new IllegalStateException(
          "an adapter is merged into the weights: unmerge it before training or another view");
    }
    return none;
  }

  /** The decoder without an adapter. */
  LayerAdapters noAdapters() {
    return none;
  }

  /** Token vectors: ids (B, T) int64 to (B, T, C). */
  NDArray embed(NDManager scope, NDArray ids) {
    return kernels.embed(scope, weights.get(DecoderLayout.TABLE), ids);
  }

  /** Adds the gradient d (B, T, C) at token vectors to that of the table, if it is trained. */
  public void embedBack(NDArray d, NDArray ids) {
    if (trainsTable()) {
      kernels.embedBack(d, ids, weights.gradient(DecoderLayout.TABLE));
    }
  }

  /**
   * Some layers after each other.
   *
   * @param pass whether gradients will follow, and which dropout masks are drawn
   * @param x (B, T, C), which stays open
   * @param from the first layer
   * @param to the layer after the last
   * @param given low-rank changes of the layers
   * @return (B, T, C); before the final norm, after all layers
   */
  NDArray layers(NDManager scope, Pass pass, NDArray x, int from, int to, LayerAdapters given) {
    LayerAdapters adapters = apart(pass.trains(), given);
    RopeTable.Angles angles = angles(scope, x);
    NDArray h = x;
    for (int layer = from; layer < to; layer++) {
      NDArray next =
          kernels.layer(
              scope, h, layerInputs(layer, angles, adapters), dropout(pass, layer, adapters));
      if (layer > from) {
        h.close();
      }
      h = next;
    }
    return h;
  }

  /** One layer whose gradient will follow. x (B, T, C), which stays open. */
  KeptLayer keptLayer(NDManager scope, Pass pass, NDArray x, int layer, LayerAdapters given) {
    LayerAdapters adapters = apart(pass.trains(), given);
    try (NDManager inner = scope.newSubManager()) {
      LayerInputs inputs = layerInputs(layer, angles(inner, x), adapters);
      return kernels.keptLayer(scope, x, inputs, dropout(pass, layer, adapters));
    }
  }

  /** The gradient of {@link #keptLayer}: d (B, T, C) becomes that at x, in place. */
  void layerBack(Pass pass, NDArray x, int layer, NDList kept, NDArray d, LayerAdapters given) {
    LayerAdapters adapters = apart(pass.trains(), given);
    try (NDManager scope = kernels.runtime().newScope()) {
      kernels.layerBack(
          x,
          layerInputs(layer, angles(scope, x), adapters),
          dropout(pass, layer, adapters),
          kept,
          new LayerGradients(weights.gradients(layer), adapters.gradients(layer)),
          d,
          layer > lowestTrained(adapters) || trainsTable());
    }
  }

  /** The first layer that is trained, in whole or in part; the number of layers if none is. */
  int lowestTrained(LayerAdapters adapters) {
    int layer = 0;
    while (layer < spec.layers()
        && isEmpty(weights.gradients(layer))
        && isEmpty(adapters.gradients(layer))) {
      layer++;
    }
    return layer;
  }

  private static boolean isEmpty(NDList gradients) {
    return gradients.stream().allMatch(gradient -> gradient.size() == 0);
  }

  private boolean trainsTable() {
    return weights.gradient(DecoderLayout.TABLE).size() > 0;
  }

  private RopeTable.Angles angles(NDManager scope, NDArray x) {
    return positions.first(scope, Math.toIntExact(x.getShape().get(1)));
  }

  private static Dropout dropout(Pass pass, int layer, LayerAdapters adapters) {
    return pass.trains() ? adapters.dropout(layer, pass.draw()) : Dropout.NONE;
  }

  /**
   * Hidden states of the last tokens of prompts, whose keys and values fill an empty cache.
   *
   * @param ids (B, T) int64, padded on the right
   * @return (B, C)
   */
  NDArray prefill(NDManager scope, NDArray ids, KeyValueCache cache, LayerAdapters given) {
    DecoderInputs inputs = decoderInputs(Math.toIntExact(ids.getShape().get(1)), given);
    NDArray order = kernels.upload(scope, cache.order(), ids.getShape());
    return kernels.generation().prefill(scope, inputs, cache.handedOver(), order, ids);
  }

  /**
   * Hidden states of one new token of every sequence of a cache, which then holds it.
   *
   * @param ids (B) int64
   * @return (B, C)
   */
  NDArray decode(NDManager scope, NDArray ids, KeyValueCache cache, LayerAdapters given) {
    DecoderInputs inputs = decoderInputs(cache.longest() + 1, given);
    cache.reserve();
    NDArray at = kernels.upload(scope, cache.lengths(), ids.getShape());
    NDArray h =
        kernels.generation().decode(scope, inputs, cache.handedOver(), cache.end(), at, ids);
    cache.advance();
    return h;
  }

  private DecoderInputs decoderInputs(int length, LayerAdapters given) {
    LayerAdapters adapters = apart(false, given);
    RopeTable.Angles angles = positions.upTo(length);
    return new DecoderInputs(
        weights.get(DecoderLayout.TABLE),
        angles.cos(),
        angles.sin(),
        weights.layers(),
        adapters.layers(),
        adapters.scale(),
        windows);
  }

  private LayerInputs layerInputs(int layer, RopeTable.Angles angles, LayerAdapters adapters) {
    return new LayerInputs(
        angles.cos(),
        angles.sin(),
        weights.layer(layer),
        adapters.layer(layer),
        adapters.scale(),
        spec.windows().get(layer));
  }

  /** The norm before the head, (C), and the output head, (V, C). */
  public End end() {
    return new End(weights.get(DecoderLayout.NORM), weights.get(weights.head()));
  }

  /** Where their gradients are collected, of no elements if they are frozen. */
  public End endGradients() {
    return new End(weights.gradient(DecoderLayout.NORM), weights.gradient(weights.head()));
  }

  /** Writes {@code config.json} and {@code model.safetensors} in the Hugging Face layout. */
  public void save(Path directory, TensorType type) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " cannot be created", e);
    }
    DecoderConfig.write(spec, directory);
    SafetensorsWriter writer = new SafetensorsWriter();
    Map<String, List<Long>> shapes = DecoderLayout.shapes(spec);
    shapes.forEach(
        (name, shape) -> writer.add(name, type, shape, kernels.download(weights.get(name))));
    writer.write(directory.resolve("model.safetensors"));
  }

  @Override
  public void close() {
    none.close();
    positions.close();
    weights.close();
    kernels.close();
  }
}
