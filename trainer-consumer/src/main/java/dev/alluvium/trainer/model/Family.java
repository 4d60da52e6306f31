package dev.alluvium.trainer.model;

import static dev.alluvium.trainer.model.Projection.DOWN;
import static dev.alluvium.trainer.model.Projection.GATE;
import static dev.alluvium.trainer.model.Projection.K;
import static dev.alluvium.trainer.model.Projection.O;
import static dev.alluvium.trainer.model.Projection.Q;
import static dev.alluvium.trainer.model.Projection.UP;
import static dev.alluvium.trainer.model.Projection.V;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a {@code model_type} means where {@code config.json} is silent: one row per family, with the
 * defaults of the Hugging Face configuration classes. All families name their weights alike.
 */
enum Family {
  LLAMA(
      "llama",
      Set.of(),
      Map.of("attention_bias", Set.of(Q, K, V, O), "mlp_bias", Set.of(GATE, UP, DOWN)),
      false,
      Windows.NONE,
      Defaults.of(Defaults.AS_HEADS, Defaults.WIDTH_BY_HEADS, 2_048)),
  MISTRAL(
      "mistral",
      Set.of(),
      Map.of(),
      false,
      Windows.EVERY_LAYER,
      Defaults.of(8, Defaults.WIDTH_BY_HEADS, 131_072)),
  QWEN2(
      "qwen2",
      Set.of(Q, K, V),
      Map.of(),
      false,
      Windows.WHEN_SWITCHED_ON,
      Defaults.of(32, Defaults.WIDTH_BY_HEADS, 32_768)),
  QWEN3(
      "qwen3",
      Set.of(),
      Map.of("attention_bias", Set.of(Q, K, V, O)),
      true,
      Windows.WHEN_SWITCHED_ON,
      Defaults.of(32, 128, 32_768));

  /** Which layers see only a window of positions. */
  enum Windows {
    /** None: the keys mean nothing. */
    NONE,
    /** Every layer, if {@code sliding_window} is a number. */
    EVERY_LAYER,
    /**
     * With {@code use_sliding_window}, those that {@code layer_types} names, else those from {@code
     * max_window_layers} on.
     */
    WHEN_SWITCHED_ON
  }

  /** Numbers of absent keys; a key that is null counts as absent, with as many heads of each. */
  record Defaults(int kvHeads, int headSize, int maxPositions) {
    static final int AS_HEADS = 0;
    static final int WIDTH_BY_HEADS = 0;

    static Defaults of(int kvHeads, int headSize, int maxPositions) {
      return new Defaults(kvHeads, headSize, maxPositions);
    }
  }

  private final String modelType;
  private final Set<Projection> alwaysBiased;
  private final Map<String, Set<Projection>> biasFlags;
  private final boolean headNorms;
  private final Windows windows;
  private final Defaults defaults;

  Family(
      String modelType,
      Set<Projection> alwaysBiased,
      Map<String, Set<Projection>> biasFlags,
      boolean headNorms,
      Windows windows,
      Defaults defaults) {
    this.modelType = modelType;
    this.alwaysBiased = alwaysBiased;
    this.biasFlags = biasFlags;
    this.headNorms = headNorms;
    this.windows = windows;
    this.defaults = defaults;
  }

  static Optional<Family> of(String modelType) {
    return Arrays.stream(values()).filter(f -> f.modelType.equals(modelType)).findFirst();
  }

  /** The value of {@code model_type}. */
  String modelType() {
    return modelType;
  }

  /** Projections with a bias whatever the configuration says. */
  Set<Projection> alwaysBiased() {
    return alwaysBiased;
  }

  /** Projections with a bias if a key is true. */
  Map<String, Set<Projection>> biasFlags() {
    return biasFlags;
  }

  /** Whether query and key heads are normed. */
  boolean headNorms() {
    return headNorms;
  }

  Windows windows() {
    return windows;
  }

  Defaults defaults() {
    return defaults;
  }
}
