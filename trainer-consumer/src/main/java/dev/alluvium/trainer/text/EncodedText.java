package dev.alluvium.trainer.text;

/**
 * Token ids with the characters each came from: token i covers {@code [begin(i), end(i))} of the
 * text, in UTF-16 units. A character that takes several tokens is covered by each of them.
 */
final class EncodedText {
  private final int[] ids;
  private final int[] begins;
  private final int[] ends;

  EncodedText(int[] ids, int[] begins, int[] ends) {
    this.ids = ids;
    this.begins = begins;
    this.ends = ends;
  }

  int length() {
    return ids.length;
  }

  int[] ids() {
    return ids.clone();
  }

  int begin(int token) {
    return begins[token];
  }

  int end(int token) {
    return ends[token];
  }
}
