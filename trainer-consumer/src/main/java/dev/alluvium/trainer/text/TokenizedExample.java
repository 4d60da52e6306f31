package dev.alluvium.trainer.text;

/**
 * Token ids and, for each position, whether it is trained.
 *
 * <p>A trained position is a target of the loss: the token is predicted from the positions before
 * it. The first position has none before it and is therefore never trained.
 */
public final class TokenizedExample implements Tokenization {
  private final int[] ids;
  private final boolean[] trained;
  private final int trainedTokens;

  /**
   * @throws IllegalArgumentException when the lengths differ, nothing is trained, or the first
   *     position is
   */
  public TokenizedExample(int[] ids, boolean[] trained) {
    if (ids.length != trained.length) {
      throw new IllegalArgumentException(
          ids.length + " ids, but " + trained.length + " trained flags");
    }
    int count = 0;
    for (boolean flag : trained) {
      count += flag ? 1 : 0;
    }
    if (count == 0 || trained[0]) {
      throw new IllegalArgumentException(
          "an example trains at least one position and not the first; got "
              + count
              + " of "
              + ids.length);
    }
    this.ids = ids.clone();
    this.trained = trained.clone();
    this.trainedTokens = count;
  }

  /** Number of tokens. */
  public int length() {
    return ids.length;
  }

  /** The token at a position. */
  public int id(int position) {
    return ids[position];
  }

  /** Whether the token at a position is a target of the loss. */
  public boolean trained(int position) {
    return trained[position];
  }

  /** Number of trained positions, at least 1. */
  public int trainedTokens() {
    return trainedTokens;
  }

  /** All ids (a copy). */
  public int[] ids() {
    return ids.clone();
  }

  /** All flags (a copy). */
  public boolean[] trained() {
    return trained.clone();
  }
}
