package dev.alluvium.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Environment variables as keys: {@code ALLUVIUM_TRAIN_LORA_RANK} is {@code train.lora.rank}, and
 * {@code ALLUVIUM_TRAIN_LORA_RANK_FILE} names a file that holds its value.
 *
 * @param values keys and values of the variables that name a key
 * @param files the variable of each key whose value came from a file
 * @param unknown variables with our prefix that name none
 * @param problems variables that cannot be used, and why
 */
record Environment(
    Map<String, String> values,
    Map<String, String> files,
    List<String> unknown,
    List<String> problems) {
  static final String PREFIX = "ALLUVIUM_";

  /** At the end of a variable: it names the file that holds the value. */
  static final String FILE = "_FILE";

  /** Variables the launcher reads. */
  private static final Set<String> LAUNCHER = Set.of("ALLUVIUM_JAVA_OPTS", "ALLUVIUM_HOME");

  /** Kafka's own keys are full of dots, which no variable can have. */
  private static final String KAFKA = "kafka";

  /** Finds the keys among all variables of the process. */
  static Environment of(Map<String, String> variables, KnownKeys keys) {
    Environment found =
        new Environment(new TreeMap<>(), new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
    new TreeMap<>(variables)
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX) && !LAUNCHER.contains(name)) {
                found.add(name, value, variables, keys);
              }
            });
    return found;
  }

  private void add(String name, String value, Map<String, String> variables, KnownKeys keys) {
    Optional<String> ofFile = keyOfFile(name, keys);
    if (ofFile.isEmpty()) {
      keyOf(name, keys).ifPresentOrElse(key -> values.put(key, value), () -> unknown.add(name));
      return;
    }
    String plain = name.substring(0, name.length() - FILE.length());
    if (variables.containsKey(plain)) {
      problems.add("%s and %s are both set: expected one of them".formatted(plain, name));
      return;
    }
    try {
      values.put(ofFile.get(), ValueFile.read(value));
      files.put(ofFile.get(), name);
    } catch (ValueFile.Unreadable e) {
      problems.add(
          "the variable %s names the file '%s', which cannot be read: %s"
              .formatted(name, value, e.getMessage()));
    }
  }

  /** The variable that sets a key. */
  static String variable(String key) {
    return PREFIX + key.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** The key whose value stands in the file that a variable names; empty when it names none. */
  private static Optional<String> keyOfFile(String name, KnownKeys keys) {
    if (!name.endsWith(FILE) || isKafkasOwn(name)) {
      return Optional.empty();
    }
    return keyOf(name.substring(0, name.length() - FILE.length()), keys);
  }

  /** Some keys of Kafka's own end in {@code .file}. */
  private static boolean isKafkasOwn(String name) {
    String prefix = variable(KAFKA) + "_";
    return name.startsWith(prefix) && Secrets.known(kafka(name, prefix)).isPresent();
  }

  private static String kafka(String name, String prefix) {
    return name.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '.');
  }

  private static Optional<String> keyOf(String name, KnownKeys keys) {
    Optional<String> leaf = keys.leaves().stream().filter(k -> variable(k).equals(name)).findAny();
    if (leaf.isPresent()) {
      return leaf;
    }
    for (String map : keys.maps()) {
      String prefix = variable(map) + "_";
      if (name.startsWith(prefix) && name.length() > prefix.length()) {
        String rest =
            map.equals(KAFKA)
                ? kafka(name, prefix)
                : name.substring(prefix.length()).toLowerCase(Locale.ROOT);
        return Optional.of(map + "." + rest);
      }
    }
    return Optional.empty();
  }
}
