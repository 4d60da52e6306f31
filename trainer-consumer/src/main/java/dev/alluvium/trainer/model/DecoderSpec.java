package dev.alluvium.trainer.model;

/**
 * The shape of a decoder, as plain numbers; a model family is a way to read one.
 *
 * @param vocab V, rows of the token table
 * @param width C, size of the residual stream
 * @param layers number of decoder layers
 * @param heads H, query heads
 * @param kvHeads K, key/value heads; divides {@code heads}
 * @param headSize D, size of one head; even
 * @param mlpWidth M, inner size of the feed-forward part
 * @param normEps epsilon of the norms
 * @param ropeTheta base of the rotary frequencies
 * @param maxPositions longest sequence
 * @param tiedHead whether the output head is the token table
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
    double ropeTheta,
    int maxPositions,
    boolean tiedHead) {
  public DecoderSpec {
    positive("vocab", vocab);
    positive("width", width);
    positive("layers", layers);
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
    require(ropeTheta > 1, "ropeTheta is %s: expected more than 1", ropeTheta);
  }

  /**
   * Weights of the matrices that every token is multiplied with, head included, token table not.
   */
  public long matrixWeights() {
    long attention = (long) width * headSize * (2L * heads + 2L * kvHeads);
    return layers * (attention + 3L * width * mlpWidth) + (long) vocab * width;
  }

  private static void positive(String name, int value) {
    require(value >= 1, "%s is %d: expected 1 or more", name, value);
  }

  private static void require(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(
          "decoder spec: " + String.format(java.util.Locale.ROOT, message, values));
    }
  }
}
