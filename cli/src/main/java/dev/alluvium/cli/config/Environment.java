package dev.alluvium.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Environment variables as keys: {@code ALLUVIUM_TRAIN_LORA_RANK} is {@code train.lora.rank}.
 *
 * @param values keys and values of the variables that name a key
 * @param unknown variables with our prefix that name none
 */
record Environment(Map<String, String> values, List<String> unknown) {
  static final String PREFIX = "ALLUVIUM_";

  /** Variables the launcher reads. */
  private static final Set<String> LAUNCHER = Set.of("ALLUVIUM_JAVA_OPTS", "ALLUVIUM_HOME");

  /** Kafka's own keys are full of dots, which no variable can have. */
  private static final String KAFKA = "kafka";

  /** Finds the keys among all variables of the process. */
  static Environment of(Map<String, String> variables, KnownKeys keys) {
    Map<String, String> values = new TreeMap<>();
    List<String> unknown = new ArrayList<>();
    new TreeMap<>(variables)
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX) && !LAUNCHER.contains(name)) {
                keyOf(name, keys)
                    .ifPresentOrElse(key -> values.put(key, value), () -> unknown.add(name));
              }
            });
    return new Environment(values, unknown);
  }

  /** The variable that sets a key. */
  static String variable(String key) {
    return PREFIX + key.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  private static Optional<String> keyOf(String name, KnownKeys keys) {
    Optional<String> leaf = keys.leaves().stream().filter(k -> variable(k).equals(name)).findAny();
    if (leaf.isPresent()) {
      return leaf;
    }
    for (String map : keys.maps()) {
      String prefix = variable(map) + "_";
      if (name.startsWith(prefix) && name.length() > prefix.length()) {
        String rest = name.substring(prefix.length()).toLowerCase(Locale.ROOT);
        return Optional.of(map + "." + (map.equals(KAFKA) ? rest.replace('_', '.') : rest));
      }
    }
    return Optional.empty();
  }
}
