package dev.alluvium.trainer.model;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The shape of a decoder, as plain numbers and flags; a model {@link Family} is a way to read one.
 *
 * @param vocab V, rows of the token table
 * @param width C, size of the residual stream
 * @param layers number of decoder layers
 * @param heads H, query heads
 * @param kvHeads K, key/value heads; divides {@code heads}
 * @param headSize D, size of one head; even
 * @param mlpWidth M, inner size of the feed-forward part
 * @param normEps epsilon of the norms
 * @param rope rotary positions
 * @param maxPositions longest sequence
 * @param tiedHead whether the output head is the token table
 * @param biased the projections that add a bias
 * @param headNorms whether each query and key head is normed before its rotation
 * @param windows for each layer how many positions, itself included, a position sees; 0 for all
 */
public record DecoderSpec(
    int vocab,
    int width,
    int layers,
    int heads,
    int kvHeads,
    int headSize,
    int mlpWidth,
    double normEps,
    Rope rope,
    int maxPositions,
    boolean tiedHead,
    Set<Projection> biased,
    boolean headNorms,
    List<Integer> windows) {
  /** Far beyond any decoder: keeps a damaged configuration from filling the memory. */
  static final int MAX_LAYERS = 1_000;

  public DecoderSpec {
    positive("vocab", vocab);
    positive("width", width);
    positive("layers", layers);
    require(layers <= MAX_LAYERS, "layers is %d: expected at most %d", layers, MAX_LAYERS);
    positive("heads", heads);
    positive("kvHeads", kvHeads);
    positive("headSize", headSize);
    positive("mlpWidth", mlpWidth);
    positive("maxPositions", maxPositions);
    require(
        heads % kvHeads == 0,
        "kvHeads is %d: expected a divisor of heads, which is %d",
        kvHeads,
        heads);
    require(headSize % 2 == 0, "headSize is %d: rotary positions need an even number", headSize);
    require(normEps >= 0 && normEps < 1, "normEps is %s: expected [0, 1)", normEps);
    biased = Set.copyOf(biased);
    windows = List.copyOf(windows);
    require(
        windows.size() == layers,
        "%d windows: expected one for each of %d layers",
        windows.size(),
        layers);
    require(
        windows.stream().allMatch(window -> window >= 0),
        "windows are %s: expected 0 or more",
        windows);
  }

  /** A decoder of Llama's kind: no biases, no norms of heads, every position sees all before it. */
  public static DecoderSpec llama(
      int vocab,
      int width,
      int layers,
      int heads,
      int kvHeads,
      int headSize,
      int mlpWidth,
      double normEps,
      double ropeTheta,
      int maxPositions,
      boolean tiedHead) {
    return new DecoderSpec(
        vocab,
        width,
        layers,
        heads,
        kvHeads,
        headSize,
        mlpWidth,
        normEps,
        Rope.plain(ropeTheta),
        maxPositions,
        tiedHead,
        Set.of(),
        false,
        Collections.nCopies(Math.max(0, layers), 0));
  }

  /** The longest text, in tokens, that keeps to a limit and has a position for each. */
  public int longest(int maxTokens) {
    return Math.min(maxTokens, maxPositions);
  }

  /**
   * Weights of the matrices that every token is multiplied with, head included, token table not.
   */
  public long matrixWeights() {
    long attention = (long) width * headSize * (2L * heads + 2L * kvHeads);
    return layers * (attention + 3L * width * mlpWidth) + (long) vocab * width;
  }

  /** All weights, a tied head counted once. */
  public long weights() {
    return DecoderLayout.shapes(this).values().stream()
        .mapToLong(shape -> shape.stream().reduce(1L, Math::multiplyExact))
        .sum();
  }

  private static void positive(String name, int value) {
    require(value >= 1, "%s is %d: expected 1 or more", name, value);
  }

  private static void require(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(
          "decoder spec: " + String.format(Locale.ROOT, message, values));
    }
  }
}
