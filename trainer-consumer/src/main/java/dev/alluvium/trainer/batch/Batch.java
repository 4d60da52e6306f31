package dev.alluvium.trainer.batch;

import dev.alluvium.trainer.text.TokenizedExample;
import java.util.List;

/**
 * Examples side by side, padded on the right to one length, with the rows of the hidden states that
 * are trained.
 *
 * <p>Numbers on the Java heap: whoever calculates with a batch owns the native copies. A trained
 * token at position t is predicted by the hidden state of position t - 1, so the selected row of
 * example b is b * T + t - 1.
 */
public final class Batch {
  private static final int PADDING = 0;

  private final List<Integer> origins;
  private final int length;
  private final int tokens;
  private final long[] ids;
  private final long[] rows;
  private final long[] targets;
  private final int[] exampleOfRow;
  private final int[] trainedTokens;
  private final int[] firstRows;

  /**
   * @param examples in the order of the batch's rows, at least one
   * @param origins for each of them its place in the caller's list
   */
  Batch(List<TokenizedExample> examples, List<Integer> origins) {
    if (examples.isEmpty() || examples.size() != origins.size()) {
      throw new IllegalArgumentException(
          "a batch of %d examples with %d origins".formatted(examples.size(), origins.size()));
    }
    this.origins = List.copyOf(origins);
    this.length = examples.stream().mapToInt(TokenizedExample::length).max().orElseThrow();
    this.tokens = examples.stream().mapToInt(TokenizedExample::length).sum();
    this.ids = new long[Math.multiplyExact(examples.size(), length)];
    int trained = examples.stream().mapToInt(TokenizedExample::trainedTokens).sum();
    this.rows = new long[trained];
    this.targets = new long[trained];
    this.exampleOfRow = new int[trained];
    this.trainedTokens = new int[examples.size()];
    this.firstRows = new int[examples.size()];
    int row = 0;
    for (int b = 0; b < examples.size(); b++) {
      firstRows[b] = row;
      row = place(examples.get(b), b, row);
    }
  }

  /** A batch of these examples as they are, in their order. */
  public static Batch of(List<TokenizedExample> examples) {
    return new Batch(
        examples, java.util.stream.IntStream.range(0, examples.size()).boxed().toList());
  }

  private int place(TokenizedExample example, int b, int firstRow) {
    int row = firstRow;
    for (int t = 0; t < length; t++) {
      boolean inside = t < example.length();
      ids[b * length + t] = inside ? example.id(t) : PADDING;
      if (inside && example.trained(t)) {
        rows[row] = (long) b * length + t - 1;
        targets[row] = example.id(t);
        exampleOfRow[row++] = b;
      }
    }
    trainedTokens[b] = example.trainedTokens();
    return row;
  }

  /** B, number of examples. */
  public int size() {
    return origins.size();
  }

  /** T, padded length. */
  public int length() {
    return length;
  }

  /** Tokens without padding. */
  public int tokens() {
    return tokens;
  }

  /** N, number of trained tokens in the whole batch. */
  public int trainedTokens() {
    return rows.length;
  }

  /** Trained tokens of example b, at least 1. */
  public int trainedTokens(int b) {
    return trainedTokens[b];
  }

  /** The row of the first trained token of example b; those of its others follow. */
  public int firstRow(int b) {
    return firstRows[b];
  }

  /** Where example b stood in the list the batch was made from. */
  public int origin(int b) {
    return origins.get(b);
  }

  /** The example that trained row n belongs to. */
  public int exampleOfRow(int n) {
    return exampleOfRow[n];
  }

  /** Token ids, B * T (a copy). */
  public long[] ids() {
    return ids.clone();
  }

  /** For each trained token the hidden state that predicts it, as an index into B * T (a copy). */
  public long[] rows() {
    return rows.clone();
  }

  /** The trained tokens, N (a copy). */
  public long[] targets() {
    return targets.clone();
  }
}
