package dev.alluvium.trainer.model.lora;

import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.Projection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names and shapes of an adapter's arrays, as PEFT writes them. */
final class LoraLayout {
  static final String PREFIX = "base_model.model.";
  static final String A = "lora_A.weight";
  static final String B = "lora_B.weight";

  private LoraLayout() {}

  /**
   * All arrays, layer by layer, A before B.
   *
   * @throws IllegalArgumentException if the targets are not linear layers of the decoder
   */
  static Map<String, List<Long>> shapes(DecoderSpec spec, LoraSettings settings) {
    settings.targets().check(spec.layers());
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    long rank = settings.rank();
    for (int layer = 0; layer < spec.layers(); layer++) {
      for (Projection projection : Projection.values()) {
        if (!settings.targets().contains(layer, projection)) {
          continue;
        }
        shapes.put(nameA(layer, projection), List.of(rank, (long) projection.inputs(spec)));
        shapes.put(nameB(layer, projection), List.of((long) projection.outputs(spec), rank));
      }
    }
    return shapes;
  }

  static String nameA(int layer, Projection projection) {
    return prefix(layer, projection) + A;
  }

  static String nameB(int layer, Projection projection) {
    return prefix(layer, projection) + B;
  }

  private static String prefix(int layer, Projection projection) {
    return PREFIX + "model.layers." + layer + "." + projection.module() + ".";
  }
}
