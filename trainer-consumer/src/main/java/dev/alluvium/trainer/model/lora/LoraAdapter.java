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
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<NDList> layers = new ArrayList<>();

  private LoraAdapter(
      Decoder decoder, LoraSettings settings, long seed, Map<String, float[]> values) {
    this.decoder = decoder;
    this.settings = settings;
    this.seed = seed;
    Kernels kernels = decoder.kernels();
    this.owner = kernels.runtime().newScope();
    NDArray none = owner.zeros(new Shape(0));
    Map<String, List<Long>> shapes = LoraLayout.shapes(decoder.spec(), settings);
    for (int layer = 0; layer < decoder.spec().layers(); layer++) {
      NDList pairs = new NDList();
      for (Projection projection : Projection.values()) {
        for (String name :
            List.of(LoraLayout.nameA(layer, projection), LoraLayout.nameB(layer, projection))) {
          List<Long> shape = shapes.get(name);
          pairs.add(
              shape == null ? none : put(name, shape, Objects.requireNonNull(values.get(name))));
        }
      }
      layers.add(pairs);
    }
  }

  private NDArray put(String name, List<Long> shape, float[] values) {
    NDArray array = decoder.kernels().upload(owner, values, new Shape(shape.get(0), shape.get(1)));
    array.setRequiresGradient(true);
    parameters.add(new Parameter(name, array));
    return array;
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
    for (Parameter parameter : parameters) {
      List<Long> shape =
          java.util.Arrays.stream(parameter.value().getShape().getShape()).boxed().toList();
      writer.add(
          parameter.name(), TensorType.F32, shape, decoder.kernels().download(parameter.value()));
    }
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

  /** What is trained, under the names of the PEFT layout. */
  public Parameters parameters() {
    return new Parameters(parameters);
  }

  @Override
  public NDList layer(int layer) {
    return layers.get(layer);
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
