package dev.alluvium.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.model.torch.ArrayLists;
import dev.alluvium.trainer.model.torch.Kernels;
import dev.alluvium.trainer.model.torch.Rows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The arrays of a decoder, by name and grouped by layer. */
final class DecoderWeights implements AutoCloseable {
  /**
   * Numbers moved to the device at a time, which bounds the copies in Java and the size of one
   * buffer.
   */
  private static final int BLOCK = 1 << 24;

  /** What the weights are for. */
  enum Use {
    /** All are trained: they stay in float32. */
    TRAIN,
    /** They are frozen, in the compute precision; adapters on them are trained. */
    ADAPT,
    /**
     * They only answer: in the compute precision, maps of the same input joined, matrices packed.
     */
    ANSWER
  }

  /** Gives rows {@code from} to {@code to} of the weight of that name, row after row. */
  @FunctionalInterface
  interface Source {
    float[] rows(String name, long from, long to);
  }

  private final NDManager owner;
  private final NDArray none;
  private final Map<String, NDArray> arrays;
  private final Map<String, NDArray> gradients;
  private final List<NDList> layers = new ArrayList<>();
  private final List<NDList> layerGradients = new ArrayList<>();
  private final ArrayLists allLayers;

  private DecoderWeights(
      NDManager owner,
      int layerCount,
      Map<String, NDArray> arrays,
      Map<String, NDArray> gradients) {
    this.owner = owner;
    this.none = owner.zeros(new Shape(0));
    this.arrays = arrays;
    this.gradients = gradients;
    for (int layer = 0; layer < layerCount; layer++) {
      layers.add(parts(layer, arrays));
      layerGradients.add(parts(layer, gradients));
    }
    this.allLayers = new ArrayLists(owner, layers);
  }

  /** Moves every weight of the layout from the source to the device. */
  static DecoderWeights load(DecoderSpec spec, Kernels kernels, Use use, Source source) {
    NDManager owner = kernels.runtime().newScope();
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    try {
      DecoderLayout.shapes(spec)
          .forEach(
              (name, shape) -> {
                NDArray array = move(name, shape, owner, kernels, use == Use.TRAIN, source);
                arrays.put(name, array);
                if (use == Use.TRAIN) {
                  gradients.put(name, owner.zeros(array.getShape()));
                }
              });
      if (use == Use.ANSWER) {
        joinAndPack(arrays, spec.layers(), owner, kernels);
      }
      return new DecoderWeights(owner, spec.layers(), arrays, gradients);
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  private static void joinAndPack(
      Map<String, NDArray> arrays, int layerCount, NDManager owner, Kernels kernels) {
    for (int layer = 0; layer < layerCount; layer++) {
      for (List<Projection> together : Projection.BY_INPUT) {
        join(arrays, layer, together, ".weight", owner, kernels);
        join(arrays, layer, together, ".bias", owner, kernels);
      }
    }
    arrays.replaceAll(
        (name, array) ->
            DecoderLayout.isMatrix(name, array.getShape()) ? kernels.pack(owner, array) : array);
  }

  /** Puts the rows of all these maps, if they have such a part, in the place of the first. */
  private static void join(
      Map<String, NDArray> arrays,
      int layer,
      List<Projection> maps,
      String part,
      NDManager owner,
      Kernels kernels) {
    NDList rows = new NDList();
    for (Projection map : maps) {
      NDArray array = arrays.remove(DecoderLayout.name(layer, map.module() + part));
      if (array != null) {
        rows.add(array);
      }
    }
    if (!rows.isEmpty()) {
      String first = DecoderLayout.name(layer, maps.get(0).module() + part);
      arrays.put(first, rows.size() == 1 ? rows.head() : kernels.join(owner, rows));
    }
  }

  /** Every part of a layer, of no elements where there is none. */
  private NDList parts(int layer, Map<String, NDArray> named) {
    NDArray absent = owner.zeros(new Shape(0)); // of this list alone: arguments have names
    NDList parts = new NDList();
    for (String part : DecoderLayout.PARTS) {
      parts.add(named.getOrDefault(DecoderLayout.name(layer, part), absent));
    }
    return parts;
  }

  private static NDArray move(
      String name,
      List<Long> sizes,
      NDManager owner,
      Kernels kernels,
      boolean trainable,
      Source source) {
    long rows = sizes.get(0);
    long rowSize = sizes.size() == 1 ? 1 : sizes.get(1);
    long step = Math.max(1, BLOCK / rowSize);
    NDList blocks = new NDList();
    for (long from = 0; from < rows; from += step) {
      long to = Math.min(rows, from + step);
      float[] values = source.rows(name, from, to);
      Shape shape = sizes.size() == 1 ? new Shape(to - from) : new Shape(to - from, rowSize);
      blocks.add(
          trainable
              ? kernels.upload(owner, values, shape)
              : kernels.uploadRounded(owner, values, shape));
    }
    return blocks.size() == 1 ? blocks.get(0) : kernels.join(owner, blocks);
  }

  /** Adds the low-rank products of an adapter to the matrices of a layer. */
  void addProducts(Kernels kernels, int layer, LayerAdapters adapters) {
    NDList pairs = adapters.layer(layer);
    for (Projection projection : Projection.values()) {
      NDArray a = pairs.get(2 * projection.ordinal());
      NDArray b = pairs.get(2 * projection.ordinal() + 1);
      if (a.size() > 0) {
        kernels.addProduct(matrix(layer, projection), a, b, adapters.scale());
      }
    }
  }

  /** Reads the matrices of a layer that an adapter changes from the source again. */
  void restore(Kernels kernels, int layer, LayerAdapters adapters, Source source) {
    NDList pairs = adapters.layer(layer);
    for (Projection projection : Projection.values()) {
      if (pairs.get(2 * projection.ordinal()).size() > 0) {
        NDArray matrix = matrix(layer, projection);
        String name = DecoderLayout.name(layer, projection.module() + ".weight");
        Rows.assign(kernels, matrix, (from, to) -> source.rows(name, from, to));
      }
    }
  }

  private NDArray matrix(int layer, Projection projection) {
    return get(DecoderLayout.name(layer, projection.module() + ".weight"));
  }

  NDArray get(String name) {
    return Objects.requireNonNull(arrays.get(name), name);
  }

  /** The parts of a layer, in the order of the kernel; of no elements where it has none. */
  NDList layer(int layer) {
    return layers.get(layer);
  }

  /** The parts of all layers. */
  ArrayLists layers() {
    return allLayers;
  }

  /** Where the gradients of {@link #layer} are collected, of no elements if it is frozen. */
  NDList gradients(int layer) {
    return layerGradients.get(layer);
  }

  /** Where the gradient of a weight is collected, of no elements if it is frozen. */
  NDArray gradient(String name) {
    return gradients.getOrDefault(name, none);
  }

  /** The name of the output head, which may be the token table. */
  String head() {
    return arrays.containsKey(DecoderLayout.HEAD) ? DecoderLayout.HEAD : DecoderLayout.TABLE;
  }

  List<Parameter> parameters() {
    return arrays.entrySet().stream()
        .map(e -> new Parameter(e.getKey(), e.getValue(), gradient(e.getKey())))
        .toList();
  }

  @Override
  public void close() {
    owner.close();
  }
}
