package dev.alluvium.trainer.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The printable characters that stand for the 256 bytes in byte-level vocabularies (GPT-2).
 *
 * <p>Printable Latin-1 bytes stand for themselves; the 68 others are given characters from U+0100
 * on, in order, so that a vocabulary file never holds a space or a control character.
 */
final class ByteAlphabet {
  private static final char[] CHARACTERS = new char[256];

  static {
    char next = 0x100;
    for (int value = 0; value < 256; value++) {
      boolean printable =
          (value >= '!' && value <= '~')
              || (value >= 0xa1 && value <= 0xac)
              || (value >= 0xae && value <= 0xff);
      CHARACTERS[value] = printable ? (char) value : next++;
    }
  }

  private ByteAlphabet() {}

  /** The characters of all bytes, in the order of the characters. */
  static char[] sorted() {
    char[] copy = CHARACTERS.clone();
    Arrays.sort(copy);
    return copy;
  }

  /** The text's UTF-8 bytes, one character each. */
  static String encode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    char[] characters = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      characters[i] = CHARACTERS[bytes[i] & 0xff];
    }
    return new String(characters);
  }
}
