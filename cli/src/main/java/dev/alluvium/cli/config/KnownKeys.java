package dev.alluvium.cli.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The keys a settings record has, read from its components, and the keys a person may mean. */
final class KnownKeys {
  /** A suggestion further away than a third of the key's length is a guess. */
  private static final int NEAR = 3;

  private final Set<String> leaves = new LinkedHashSet<>();
  private final Set<String> maps = new LinkedHashSet<>();

  private KnownKeys() {}

  /** The keys of a record and of the records in it. */
  static KnownKeys of(Class<? extends Record> settings) {
    KnownKeys keys = new KnownKeys();
    keys.collect("", settings);
    return keys;
  }

  /** Keys with one value each. */
  Set<String> leaves() {
    return leaves;
  }

  /** Keys under which any key may stand. */
  Set<String> maps() {
    return maps;
  }

  /** True when the key is a leaf or stands under a map. */
  boolean knows(String key) {
    return leaves.contains(key) || mapOf(key).isPresent();
  }

  /** The map a key stands under. */
  Optional<String> mapOf(String key) {
    return maps.stream()
        .filter(map -> key.startsWith(map + ".") && key.length() > map.length() + 1)
        .findFirst();
  }

  /** The known key a person most likely means. */
  Optional<String> nearest(String key) {
    Map<String, Integer> distances = new LinkedHashMap<>();
    leaves.forEach(known -> distances.put(known, distance(key, known)));
    maps.forEach(known -> distances.put(known, distance(key, known)));
    return distances.entrySet().stream()
        .min(Comparator.comparingInt(Map.Entry::getValue))
        .filter(nearest -> nearest.getValue() <= Math.max(2, key.length() / NEAR))
        .map(Map.Entry::getKey);
  }

  private void collect(String prefix, Class<?> record) {
    for (RecordComponent component : record.getRecordComponents()) {
      String key = prefix + component.getName();
      if (component.getType().isRecord()) {
        collect(key + ".", component.getType());
      } else if (component.getGenericType() instanceof ParameterizedType generic
          && generic.getRawType() == Map.class) {
        maps.add(key);
      } else {
        leaves.add(key);
      }
    }
  }

  /** Levenshtein distance: the fewest letters to insert, delete or replace. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
