package dev.alluvium.trainer.model;

import java.util.Arrays;
import java.util.List;

/** The seven linear maps of a decoder layer, in the order of a forward pass. */
public enum Projection {
  Q("self_attn.q_proj"),
  K("self_attn.k_proj"),
  V("self_attn.v_proj"),
  O("self_attn.o_proj"),
  GATE("mlp.gate_proj"),
  UP("mlp.up_proj"),
  DOWN("mlp.down_proj");

  /** All, grouped by what they read: one matrix can hold the rows of each group. */
  public static final List<List<Projection>> BY_INPUT =
      List.of(List.of(Q, K, V), List.of(O), List.of(GATE, UP), List.of(DOWN));

  private final String module;

  Projection(String module) {
    this.module = module;
  }

  /** Path inside a layer, such as {@code self_attn.q_proj}. */
  public String module() {
    return module;
  }

  /** Last part of the path, such as {@code q_proj}: how adapter settings name it. */
  public String shortName() {
    return module.substring(module.indexOf('.') + 1);
  }

  /** The projection of that short name. */
  public static Projection parse(String shortName) {
    return Arrays.stream(values())
        .filter(p -> p.shortName().equals(shortName))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "projection %s: expected one of %s"
                        .formatted(
                            shortName,
                            Arrays.stream(values()).map(Projection::shortName).toList())));
  }

  /** Size of its input. */
  public int inputs(DecoderSpec spec) {
    return switch (this) {
      case O -> spec.heads() * spec.headSize();
      case DOWN -> spec.mlpWidth();
      default -> spec.width();
    };
  }

  /** Size of its output. */
  public int outputs(DecoderSpec spec) {
    return switch (this) {
      case Q -> spec.heads() * spec.headSize();
      case K, V -> spec.kvHeads() * spec.headSize();
      case O, DOWN -> spec.width();
      case GATE, UP -> spec.mlpWidth();
    };
  }
}
