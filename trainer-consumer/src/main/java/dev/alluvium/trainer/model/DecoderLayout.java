package dev.alluvium.trainer.model;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names and shapes of a decoder's weights, which all families share. */
final class DecoderLayout {
  static final String TABLE = "model.embed_tokens.weight";
  static final String NORM = "model.norm.weight";
  static final String HEAD = "lm_head.weight";

  /** Every part a layer may have, in the order in which the layer kernel takes them. */
  static final List<String> PARTS = parts();

  private DecoderLayout() {}

  private static List<String> parts() {
    List<String> parts = new ArrayList<>();
    parts.add("input_layernorm.weight");
    for (Projection projection : Projection.values()) {
      if (projection == Projection.GATE) {
        parts.add("post_attention_layernorm.weight");
      }
      parts.add(projection.module() + ".weight");
    }
    for (Projection projection : Projection.values()) {
      parts.add(projection.module() + ".bias");
    }
    parts.add("self_attn.q_norm.weight");
    parts.add("self_attn.k_norm.weight");
    return List.copyOf(parts);
  }

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

  /** The weights of a layer, in the order in which the layer kernel takes them. */
  static Map<String, List<Long>> layerShapes(DecoderSpec spec, int layer) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (String part : PARTS) {
      List<Long> shape = shape(spec, part);
      if (!shape.isEmpty()) {
        shapes.put(name(layer, part), shape);
      }
    }
    return shapes;
  }

  /** Whether a weight is only multiplied with: not a norm, a bias or the token table. */
  static boolean isMatrix(String name, Shape shape) {
    return shape.dimension() == 2 && !name.equals(TABLE);
  }

  /** The name of a part in a layer. */
  static String name(int layer, String part) {
    return "model.layers." + layer + "." + part;
  }

  /** The shape of a part of a layer; empty if layers of this decoder have no such part. */
  private static List<Long> shape(DecoderSpec spec, String part) {
    if (part.endsWith("_norm.weight")) {
      return spec.headNorms() ? shape(spec.headSize()) : List.of();
    }
    if (part.endsWith("layernorm.weight")) {
      return shape(spec.width());
    }
    Projection projection =
        Projection.parse(part.substring(part.indexOf('.') + 1, part.lastIndexOf('.')));
    if (part.endsWith(".weight")) {
      return shape(projection.outputs(spec), projection.inputs(spec));
    }
    return spec.biased().contains(projection) ? shape(projection.outputs(spec)) : List.of();
  }

  private static List<Long> shape(int... sizes) {
    return java.util.Arrays.stream(sizes).mapToObj(Long::valueOf).toList();
  }
}
