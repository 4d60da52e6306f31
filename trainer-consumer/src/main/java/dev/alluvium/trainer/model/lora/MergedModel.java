package dev.alluvium.trainer.model.lora;

import dev.alluvium.trainer.files.DurableDirectory;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.weights.ModelCopy;
import dev.alluvium.trainer.weights.Safetensors;
import dev.alluvium.trainer.weights.TensorDifferences;
import dev.alluvium.trainer.weights.TensorInfo;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model directory in which an adapter has become part of the weights: W + scale * B * A (arXiv
 * 2106.09685, section 4.1), for those who cannot load adapters.
 */
public final class MergedModel {
  /** A pair of an adapter, row after row. */
  private record Pair(float[] a, float[] b) {}

  private final Map<String, Pair> pairs;
  private final LoraSettings settings;

  private MergedModel(Map<String, Pair> pairs, LoraSettings settings) {
    this.pairs = pairs;
    this.settings = settings;
  }

  /**
   * Writes the merged model: configuration, tokenizer and all other files as they are, weights in
   * the shards and element types of the base. Whole or not at all.
   *
   * @param base Hugging Face directory of the base model
   * @param adapter PEFT directory of an adapter for it
   * @param target a directory that is not there yet
   * @throws IllegalArgumentException if the adapter does not fit the base
   */
  public static void write(Path base, Path adapter, Path target) {
    MergedModel merged = read(base, adapter);
    DurableDirectory.create(target, draft -> ModelCopy.write(base, draft, merged::change));
  }

  private static MergedModel read(Path base, Path adapter) {
    LoraSettings settings = PeftConfig.read(adapter);
    Map<String, List<Long>> shapes = LoraLayout.shapes(Decoder.readSpec(base), settings);
    try (Safetensors file = Safetensors.open(adapter.resolve(LoraAdapter.WEIGHTS))) {
      TensorDifferences differences = file.differences(shapes);
      if (!differences.none()) {
        throw new IllegalArgumentException(
            "%s is not an adapter of %s: %s".formatted(adapter, base, differences.describe()));
      }
      Map<String, Pair> pairs = new HashMap<>();
      for (String nameA : shapes.keySet()) {
        if (nameA.endsWith(LoraLayout.A)) {
          String module = nameA.substring(LoraLayout.PREFIX.length());
          module = module.substring(0, module.length() - LoraLayout.A.length());
          String nameB = LoraLayout.PREFIX + module + LoraLayout.B;
          pairs.put(module + "weight", new Pair(file.all(nameA), file.all(nameB)));
        }
      }
      return new MergedModel(pairs, settings);
    }
  }

  /** Adds scale * B[rows] * A to the rows of an adapted matrix. */
  private void change(TensorInfo tensor, long from, float[] rows) {
    Pair pair = pairs.get(tensor.name());
    if (pair == null) {
      return;
    }
    int inputs = Math.toIntExact(tensor.rowSize());
    int rank = settings.rank();
    float scale = (float) settings.scale();
    for (int row = 0; row * inputs < rows.length; row++) {
      int b = Math.toIntExact((from + row) * rank);
      for (int r = 0; r < rank; r++) {
        float factor = scale * pair.b[b + r];
        for (int i = 0; i < inputs; i++) {
          rows[row * inputs + i] += factor * pair.a[r * inputs + i];
        }
      }
    }
  }
}
