package dev.alluvium.trainer.model.lora;

/**
 * Text that lets itself be read a bounded number of times, so that a regular expression from a
 * stranger's file cannot take forever.
 */
final class BoundedText implements CharSequence {
  /** A name of 40 characters needs a few hundred. */
  private static final int READS = 1_000_000;

  private final String text;
  private int reads;

  BoundedText(String text) {
    this.text = text;
  }

  /**
   * @throws IllegalArgumentException when it has been read too often
   */
  @Override
  public char charAt(int index) {
    reads++;
    if (reads > READS) {
      throw new IllegalArgumentException(
          "it takes more than %d steps on the name %s".formatted(READS, text));
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.substring(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
