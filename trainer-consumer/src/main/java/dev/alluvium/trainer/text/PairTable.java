package dev.alluvium.trainer.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How often each pair of neighbouring symbols occurs in the counted words, kept up to date while
 * pairs merge: a merge touches only the words that hold the pair.
 */
final class PairTable {
  /** No pair left. */
  static final long NONE = -1;

  private record Candidate(long pair, long count) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) { // most frequent first, then smaller ids
      int byCount = Long.compare(other.count, count);
      return byCount != 0 ? byCount : Long.compare(pair, other.pair);
    }
  }

  private final List<int[]> words = new ArrayList<>();
  private final List<Long> wordCounts = new ArrayList<>();
  private final Map<Long, Long> counts = new HashMap<>();

  /** Words that held the pair when it appeared there; some may have lost it since. */
  private final Map<Long, List<Integer>> wordsWith = new HashMap<>();

  private final PriorityQueue<Candidate> queue = new PriorityQueue<>();

  PairTable(Map<String, Long> wordCounts, BytePairVocabulary vocabulary) {
    // sorted: the same counts must give the same table whatever the hash order
    new TreeMap<>(wordCounts)
        .forEach(
            (word, count) -> {
              words.add(vocabulary.symbols(word));
              this.wordCounts.add(count);
            });
    for (int word = 0; word < words.size(); word++) {
      count(word, 1);
      int[] symbols = words.get(word);
      for (int i = 0; i + 1 < symbols.length; i++) {
        note(pair(symbols[i], symbols[i + 1]), word);
      }
    }
    counts.forEach((pair, count) -> queue.add(new Candidate(pair, count)));
  }

  static int left(long pair) {
    return (int) (pair >>> 32);
  }

  static int right(long pair) {
    return (int) pair;
  }

  private static long pair(int left, int right) {
    return ((long) left << 32) | right;
  }

  /** The pair that occurs most often, or {@link #NONE} when none occurs {@code atLeast} times. */
  long mostFrequent(long atLeast) {
    for (Candidate best = queue.poll(); best != null; best = queue.poll()) {
      long count = counts.getOrDefault(best.pair(), 0L);
      if (count == best.count()) {
        return count >= atLeast ? best.pair() : NONE;
      }
      if (count > 0) { // out of date: come back with the true count
        queue.add(new Candidate(best.pair(), count));
      }
    }
    return NONE;
  }

  /** Replaces the pair by one symbol in every word. */
  void merge(long pair, int symbol) {
    Set<Long> made = new HashSet<>();
    for (int word : wordsWith.getOrDefault(pair, List.of())) {
      int[] shorter = replaced(words.get(word), left(pair), right(pair), symbol);
      if (shorter == null) {
        continue;
      }
      count(word, -1);
      words.set(word, shorter);
      count(word, 1);
      for (int i = 0; i + 1 < shorter.length; i++) {
        if (shorter[i] == symbol || shorter[i + 1] == symbol) {
          note(pair(shorter[i], shorter[i + 1]), word);
          made.add(pair(shorter[i], shorter[i + 1]));
        }
      }
    }
    wordsWith.remove(pair);
    counts.remove(pair);
    made.forEach(fresh -> queue.add(new Candidate(fresh, counts.getOrDefault(fresh, 0L))));
  }

  private void count(int word, int sign) {
    int[] symbols = words.get(word);
    long change = sign * wordCounts.get(word);
    for (int i = 0; i + 1 < symbols.length; i++) {
      counts.merge(pair(symbols[i], symbols[i + 1]), change, Long::sum);
    }
  }

  private void note(long pair, int word) {
    wordsWith.computeIfAbsent(pair, key -> new ArrayList<>()).add(word);
  }

  /** The symbols with every pair replaced, from the left; null when there is none. */
  private static int @Nullable [] replaced(int[] symbols, int left, int right, int merged) {
    int[] result = new int[symbols.length];
    int size = 0;
    for (int i = 0; i < symbols.length; i++) {
      boolean match = symbols[i] == left && i + 1 < symbols.length && symbols[i + 1] == right;
      result[size++] = match ? merged : symbols[i];
      i += match ? 1 : 0;
    }
    return size == symbols.length ? null : Arrays.copyOf(result, size);
  }
}
