package dev.alluvium.trainer.model.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.LayerAdapters;
import dev.alluvium.trainer.model.Parameter;
import dev.alluvium.trainer.model.Parameters;
import dev.alluvium.trainer.model.Projection;
import dev.alluvium.trainer.model.torch.ArrayLists;
import dev.alluvium.trainer.model.torch.Kernels;
import dev.alluvium.trainer.model.torch.Kernels.Dropout;
import dev.alluvium.trainer.weights.Safetensors;
import dev.alluvium.trainer.weights.SafetensorsWriter;
import dev.alluvium.trainer.weights.TensorDifferences;
import dev.alluvium.trainer.weights.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A trainable low-rank adapter of a decoder: float32 whatever the precision of the decoder. */
public final class LoraAdapter implements LayerAdapters, AutoCloseable {
  static final String WEIGHTS = "adapter_model.safetensors";

  private final Decoder decoder;
  private final LoraSettings settings;
  private final long seed;
  private final NDManager owner;
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();
  private final List<NDList> layers;
  private final ArrayLists allLayers;
  private Parameters trained = new Parameters(List.of());
  private List<NDList> layerGradients;

  private LoraAdapter(
      Decoder decoder, LoraSettings settings, long seed, Map<String, float[]> values) {
    this.decoder = decoder;
    this.settings = settings;
    this.seed = seed;
    Kernels kernels = decoder.kernels();
    this.owner = kernels.runtime().newScope();
    LoraLayout.shapes(decoder.spec(), settings)
        .forEach(
            (name, shape) -> {
              float[] numbers = Objects.requireNonNull(values.get(name));
              Shape sizes = new Shape(shape.get(0), shape.get(1));
              arrays.put(name, kernels.upload(owner, numbers, sizes));
            });
    this.layers = byLayer(arrays);
    this.allLayers = new ArrayLists(owner, layers);
    this.layerGradients = byLayer(Map.of());
  }

  /** A and B of each projection in turn, of no elements where there is none. */
  private List<NDList> byLayer(Map<String, NDArray> named) {
    NDArray none = owner.zeros(new Shape(0));
    List<NDList> all = new ArrayList<>();
    for (int layer = 0; layer < decoder.spec().layers(); layer++) {
      NDList pairs = new NDList();
      for (Projection projection : Projection.values()) {
        pairs.add(named.getOrDefault(LoraLayout.nameA(layer, projection), none));
        pairs.add(named.getOrDefault(LoraLayout.nameB(layer, projection), none));
      }
      all.add(pairs);
    }
    return all;
  }

  /**
   * A new adapter that changes nothing yet: A random, B zero.
   *
   * @param seed decides A, and the dropout masks of training
   */
  public static LoraAdapter fresh(Decoder decoder, LoraSettings settings, long seed) {
    return new LoraAdapter(
        decoder,
        settings,
        seed,
        FreshPairs.values(LoraLayout.shapes(decoder.spec(), settings), seed));
  }

  /**
   * Reads an adapter in the PEFT layout.
   *
   * @param seed decides the dropout masks of further training
   * @throws IllegalArgumentException if its settings or shapes are not those of a plain LoRA
   *     adapter of this decoder
   */
  public static LoraAdapter load(Decoder decoder, Path directory, long seed) {
    LoraSettings settings = PeftConfig.read(directory);
    Map<String, List<Long>> shapes = LoraLayout.shapes(decoder.spec(), settings);
    try (Safetensors file = Safetensors.open(directory.resolve(WEIGHTS))) {
      TensorDifferences differences = file.differences(shapes);
      if (!differences.none()) {
        throw new IllegalArgumentException(
            "%s is not an adapter of this decoder (%s): %s"
                .formatted(directory, decoder.spec(), differences.describe()));
      }
      Map<String, float[]> values = new java.util.HashMap<>();
      shapes.keySet().forEach(name -> values.put(name, file.all(name)));
      return new LoraAdapter(decoder, settings, seed, values);
    }
  }

  /**
   * Writes {@code adapter_config.json} and {@code adapter_model.safetensors} in the PEFT layout.
   *
   * @param baseModel name or path of the decoder, for those who load the adapter elsewhere
   */
  public void save(Path directory, String baseModel) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " cannot be created", e);
    }
    SafetensorsWriter writer = new SafetensorsWriter();
    arrays.forEach(
        (name, array) -> {
          List<Long> shape = Arrays.stream(array.getShape().getShape()).boxed().toList();
          writer.add(name, TensorType.F32, shape, decoder.kernels().download(array));
        });
    writer.write(directory.resolve(WEIGHTS));
    PeftConfig.write(settings, baseModel, directory);
  }

  /** The decoder with this adapter. */
  public LanguageModel model() {
    return new LanguageModel(decoder, this);
  }

  public LoraSettings settings() {
    return settings;
  }

  /** What is trained, under the names of the PEFT layout; the first call makes it trainable. */
  public Parameters parameters() {
    if (trained.list().isEmpty()) {
      Map<String, NDArray> gradients = new LinkedHashMap<>();
      List<Parameter> list = new ArrayList<>();
      arrays.forEach(
          (name, array) -> {
            NDArray gradient = owner.zeros(array.getShape());
            gradients.put(name, gradient);
            list.add(new Parameter(name, array, gradient));
          });
      trained = new Parameters(list);
      layerGradients = byLayer(gradients);
    }
    return trained;
  }

  @Override
  public NDList layer(int layer) {
    return layers.get(layer);
  }

  @Override
  public ArrayLists layers() {
    return allLayers;
  }

  @Override
  public NDList gradients(int layer) {
    return layerGradients.get(layer);
  }

  @Override
  public double scale() {
    return settings.scale();
  }

  @Override
  public Dropout dropout(int layer, long draw) {
    return settings.dropout() == 0
        ? Dropout.NONE
        : new Dropout(settings.dropout(), DropoutSeeds.seed(seed, draw, layer));
  }

  /** Frees the adapter; the decoder stays. */
  @Override
  public void close() {
    owner.close();
  }
}
