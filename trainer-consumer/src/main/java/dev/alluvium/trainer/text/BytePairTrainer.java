package dev.alluvium.trainer.text;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Learns a byte-level byte-pair vocabulary from texts and writes it as {@code tokenizer.json}.
 *
 * <p>Sennrich et al. 2016, arXiv 1508.07909: merge the most frequent pair of neighbours, again and
 * again. Ids: special tokens, then the 256 byte characters, then the merges as they were learnt. Of
 * equally frequent pairs the one with the smaller ids wins, as in the reference library; the order
 * of the texts does not matter.
 */
public final class BytePairTrainer {
  /** A pair seen once teaches nothing. */
  private static final long MIN_COUNT = 2;

  /** Distinct words kept while counting; beyond it those seen once so far are forgotten. */
  private static final int MAX_WORDS = 2_000_000;

  private final int vocabularySize;
  private final List<String> specialTokens;

  /**
   * @param vocabularySize wanted number of tokens, special tokens and bytes included; fewer are
   *     learnt when the texts run out of pairs
   * @param specialTokens tokens that are no text; they get the first ids
   */
  public BytePairTrainer(int vocabularySize, List<String> specialTokens) {
    if (vocabularySize < specialTokens.size() + 256) {
      throw new IllegalArgumentException(
          "vocabularySize is "
              + vocabularySize
              + ": expected room for 256 bytes and "
              + specialTokens.size()
              + " special tokens");
    }
    this.vocabularySize = vocabularySize;
    this.specialTokens = List.copyOf(specialTokens);
  }

  /**
   * Learns from all texts and writes the tokenizer file.
   *
   * @return the number of tokens in the vocabulary
   */
  public int train(Iterator<String> texts, Path tokenizerJson) {
    BytePairVocabulary vocabulary = learn(texts);
    vocabulary.write(tokenizerJson);
    return vocabulary.size();
  }

  BytePairVocabulary learn(Iterator<String> texts) {
    BytePairVocabulary vocabulary = new BytePairVocabulary(specialTokens);
    PairTable pairs = new PairTable(countWords(texts), vocabulary);
    while (vocabulary.size() < vocabularySize) {
      long pair = pairs.mostFrequent(MIN_COUNT);
      if (pair == PairTable.NONE) {
        break;
      }
      pairs.merge(pair, vocabulary.merge(PairTable.left(pair), PairTable.right(pair)));
    }
    return vocabulary;
  }

  private static Map<String, Long> countWords(Iterator<String> texts) {
    Map<String, Long> counts = new HashMap<>();
    while (texts.hasNext()) {
      WordSplitter.split(texts.next(), word -> counts.merge(word, 1L, Long::sum));
      if (counts.size() > MAX_WORDS) {
        counts.values().removeIf(count -> count < MIN_COUNT);
      }
    }
    return counts;
  }
}
