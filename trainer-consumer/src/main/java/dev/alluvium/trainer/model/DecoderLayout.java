package dev.alluvium.trainer.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names and shapes of a Llama decoder's weights, in the order of a forward pass. */
final class DecoderLayout {
  static final String TABLE = "model.embed_tokens.weight";
  static final String NORM = "model.norm.weight";
  static final String HEAD = "lm_head.weight";

  private DecoderLayout() {}

  /** Every weight of the model; a tied head has no entry of its own. */
  static Map<String, List<Long>> shapes(DecoderSpec spec) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    shapes.put(TABLE, shape(spec.vocab(), spec.width()));
    for (int layer = 0; layer < spec.layers(); layer++) {
      shapes.putAll(layerShapes(spec, layer));
    }
    shapes.put(NORM, shape(spec.width()));
    if (!spec.tiedHead()) {
      shapes.put(HEAD, shape(spec.vocab(), spec.width()));
    }
    return shapes;
  }

  /** The nine weights of a layer, in the order in which the layer kernel takes them. */
  static Map<String, List<Long>> layerShapes(DecoderSpec spec, int layer) {
    String prefix = "model.layers." + layer + ".";
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    shapes.put(prefix + "input_layernorm.weight", shape(spec.width()));
    for (Projection projection : Projection.values()) {
      if (projection == Projection.GATE) {
        shapes.put(prefix + "post_attention_layernorm.weight", shape(spec.width()));
      }
      shapes.put(
          prefix + projection.module() + ".weight",
          shape(projection.outputs(spec), projection.inputs(spec)));
    }
    return shapes;
  }

  private static List<Long> shape(int... sizes) {
    return java.util.Arrays.stream(sizes).mapToObj(Long::valueOf).toList();
  }
}
