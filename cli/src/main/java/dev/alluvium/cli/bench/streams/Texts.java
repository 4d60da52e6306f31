package dev.alluvium.cli.bench.streams;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Seeded texts of invented words, a few of them frequent and most of them rare, as in a language:
 * so that they compress about as real texts do. Belongs to one thread.
 */
final class Texts {
  private static final int WORDS = 4096;
  private static final int MIN_SYLLABLES = 1;
  private static final int MAX_SYLLABLES = 4;
  private static final int SENTENCE = 12;
  private static final String CONSONANTS = "bcdfghklmnprstvw";
  private static final String VOWELS = "aeiou";

  private final UniformRandomProvider random;
  private final String[] words = new String[WORDS];

  Texts(long seed) {
    random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    for (int i = 0; i < WORDS; i++) {
      words[i] = word();
    }
  }

  /** A text of so many characters, or a few more. */
  String text(int chars) {
    StringBuilder text = new StringBuilder(chars + 2 * SENTENCE);
    int inSentence = 0;
    while (text.length() < chars) {
      if (!text.isEmpty()) {
        text.append(inSentence == 0 ? ". " : " ");
      }
      String word = words[rank()];
      text.append(inSentence == 0 ? Character.toUpperCase(word.charAt(0)) : word.charAt(0));
      text.append(word, 1, word.length());
      inSentence = (inSentence + 1) % SENTENCE;
    }
    return text.append('.').toString();
  }

  /** Zipf's law with exponent 1, by inversion of the logarithm. */
  private int rank() {
    return (int) Math.pow(WORDS, random.nextDouble()) - 1;
  }

  private String word() {
    StringBuilder word = new StringBuilder();
    int syllables = random.nextInt(MIN_SYLLABLES, MAX_SYLLABLES);
    for (int i = 0; i < syllables; i++) {
      word.append(CONSONANTS.charAt(random.nextInt(CONSONANTS.length())));
      word.append(VOWELS.charAt(random.nextInt(VOWELS.length())));
    }
    return word.toString();
  }
}
