package dev.alluvium.streams.mix.fold;

import java.util.SortedMap;
import java.util.TreeMap;

/** What an outcome comes to in new examples. */
final class Settled {
  /** Those that were trained, by skill; none of a window in quarantine. */
  final SortedMap<String, Long> trained = new TreeMap<>();

  /** Those that the model cannot take. */
  int refused;
}
