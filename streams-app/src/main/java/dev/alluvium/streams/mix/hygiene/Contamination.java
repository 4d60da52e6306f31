package dev.alluvium.streams.mix.hygiene;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds candidates that give a probe away: that share so much of its 13-grams that whoever trains
 * them has seen the probe. One shared gram is not enough, because wordings such as "answer the
 * following question in one sentence, ..." are common to all pairs of a source.
 */
public final class Contamination {
  /** Words of a gram (Brown et al., "Language Models are Few-Shot Learners", 2020, appendix C). */
  public static final int WORDS = 13;

  /** Most grams kept of a probe: those with the lowest hashes. */
  public static final int MOST_GRAMS = 512;

  /** Most grams kept of all probes together, about a hundred MiB of memory. */
  public static final int MOST_GRAMS_OF_ALL = 500_000;

  private static final long WHOLE = 1_000_000;

  private final Map<Long, List<String>> probesByGram = new HashMap<>();
  private final Map<String, Integer> grams = new HashMap<>();
  private int all;

  /** The grams of a probe that are kept. */
  public static List<Long> kept(long[] grams) {
    return Arrays.stream(grams).sorted().distinct().limit(MOST_GRAMS).boxed().toList();
  }

  /** Whether it looks out for any probe. */
  public boolean any() {
    return all > 0;
  }

  /** Whether there is room to look out for a probe of so many grams. */
  public boolean hasRoom(int more) {
    return all + more <= MOST_GRAMS_OF_ALL;
  }

  /** Looks out for a probe. */
  public void add(String pairId, List<Long> kept) {
    all += kept.size();
    grams.put(pairId, kept.size());
    kept.forEach(gram -> probesByGram.computeIfAbsent(gram, g -> new ArrayList<>(1)).add(pairId));
  }

  /** Looks out for a probe no more. */
  public void remove(String pairId, List<Long> kept) {
    all -= kept.size();
    grams.remove(pairId);
    for (Long gram : kept) {
      probesByGram.computeIfPresent(
          gram,
          (g, probes) -> {
            probes.remove(pairId);
            return probes.isEmpty() ? null : probes;
          });
    }
  }

  /**
   * The probe that a text gives away.
   *
   * @param text grams of the text
   * @param overlap the share of a probe's grams, in millionths, at which it is given away
   */
  public Optional<String> find(long[] text, int overlap) {
    Set<Long> known = new HashSet<>();
    for (long gram : text) {
      if (probesByGram.containsKey(gram)) {
        known.add(gram);
      }
    }
    Map<String, Integer> shared = new TreeMap<>();
    for (Long gram : known) {
      probesByGram.getOrDefault(gram, List.of()).forEach(p -> shared.merge(p, 1, Integer::sum));
    }
    return shared.entrySet().stream()
        .filter(s -> s.getValue() * WHOLE >= (long) overlap * grams.getOrDefault(s.getKey(), 0))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
