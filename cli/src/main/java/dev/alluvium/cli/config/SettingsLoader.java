package dev.alluvium.cli.config;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.client.KafkaSettings;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.common.MapBackedConfigSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Puts the layers of settings on top of each other and binds the result. */
public final class SettingsLoader {
  private static final String DEFAULT = "default";
  private static final String VARIABLES = "environment";
  private static final String KAFKA = "kafka.";
  private static final int DEFAULTS = 100;
  private static final int FILE = 200;
  private static final int ENVIRONMENT = 300;
  private static final int COMMAND_LINE = 400;

  private final Map<String, String> variables;
  private final KnownKeys keys = KnownKeys.of(AlluviumSettings.class);

  /** A loader that sees these environment variables. */
  public SettingsLoader(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /**
   * Loads all layers.
   *
   * @param file the user's file
   * @param overrides settings from the command line
   * @throws SettingsException with everything that is wrong
   */
  public LoadedSettings load(Optional<Path> file, Map<String, String> overrides) {
    List<String> problems = new ArrayList<>();
    Map<String, String> fromFile = Map.of();
    if (file.isPresent()) {
      try {
        fromFile = YamlFile.read(file.get());
        unknown(fromFile, file.get().toString(), problems);
      } catch (SettingsException e) {
        problems.addAll(e.problems());
      }
    }
    unknown(overrides, "--set", problems);
    Environment environment = Environment.of(variables, keys);
    problems.addAll(environment.problems());
    Map<String, LoadedSettings.Value> values = layered(file, fromFile, environment, overrides);
    values.keySet().removeIf(key -> !keys.knows(key)); // reported above
    refuseReserved(values, problems);
    AlluviumSettings settings = bind(values, problems);
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return new LoadedSettings(settings, values, warnings(environment));
  }

  /**
   * One value as written, whatever may be wrong with it or with others, for what is decided before
   * the settings are checked; empty where there is none.
   *
   * @param file the user's file
   * @param overrides settings from the command line
   */
  public String peek(Optional<Path> file, Map<String, String> overrides, String key) {
    Map<String, String> fromFile = Map.of();
    if (file.isPresent()) {
      try {
        fromFile = YamlFile.read(file.get());
      } catch (SettingsException e) {
        fromFile = Map.of(); // told when the settings are loaded
      }
    }
    LoadedSettings.Value value =
        layered(file, fromFile, Environment.of(variables, keys), overrides).get(key);
    return value == null ? "" : value.text();
  }

  /**
   * Binds. A value that is refused is reported and replaced by its default, so that the next fault
   * is found in the same run.
   */
  private AlluviumSettings bind(Map<String, LoadedSettings.Value> values, List<String> problems) {
    SettingsBinder binder = new SettingsBinder(keys);
    Map<String, LoadedSettings.Value> left = new LinkedHashMap<>(values);
    while (true) {
      try {
        return binder.bind(AlluviumSettings.class, left);
      } catch (SettingsBinder.Refused refused) {
        problems.add(refused.problem());
        if (!restoreDefaults(left, refused.path())) {
          throw new SettingsException(problems);
        }
      }
    }
  }

  private static boolean restoreDefaults(Map<String, LoadedSettings.Value> values, String path) {
    Map<String, String> defaults = Defaults.values();
    boolean changed = false;
    for (String key : List.copyOf(values.keySet())) {
      if (key.equals(path) || key.startsWith(path + ".") || path.isEmpty()) {
        String usual = defaults.get(key);
        LoadedSettings.Value given =
            usual == null
                ? values.remove(key)
                : values.put(key, new LoadedSettings.Value(usual, DEFAULT, false));
        changed |= given != null && !given.text().equals(usual);
      }
    }
    return changed;
  }

  private static Map<String, LoadedSettings.Value> layered(
      Optional<Path> file,
      Map<String, String> fromFile,
      Environment environment,
      Map<String, String> overrides) {
    Map<String, String> defaults = Defaults.values();
    // No interceptors: ${...} in a value belongs to Kafka's own secret providers.
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .withSources(
                new Layer(DEFAULT, defaults, DEFAULTS),
                new Layer(file.map(Path::toString).orElse("no file"), fromFile, FILE),
                new Layer(VARIABLES, environment.values(), ENVIRONMENT),
                new Layer("--set", overrides, COMMAND_LINE))
            .build();
    // A map's order can matter, as that of curate.skillRules does: keep it as written.
    Set<String> order = new LinkedHashSet<>(defaults.keySet());
    order.addAll(fromFile.keySet());
    order.addAll(environment.values().keySet());
    order.addAll(overrides.keySet());
    Map<String, LoadedSettings.Value> values = new LinkedHashMap<>();
    for (String key : order) {
      values.put(key, value(key, config.getConfigValue(key), environment));
    }
    return values;
  }

  /** What came from a file of a variable is secret, and so is what its key says is. */
  private static LoadedSettings.Value value(
      String key, ConfigValue found, Environment environment) {
    String text = found.getValue() == null ? "" : found.getValue();
    String source = String.valueOf(found.getConfigSourceName());
    String variable = source.equals(VARIABLES) ? environment.files().get(key) : null;
    boolean secret = variable != null || Secrets.isSecret(key);
    if (secret && !ProviderReferences.isIn(text)) {
      Redaction.hide(text);
    }
    return new LoadedSettings.Value(text, variable == null ? source : variable, secret);
  }

  private void unknown(Map<String, String> layer, String source, List<String> problems) {
    for (String key : new TreeMap<>(layer).keySet()) {
      if (!keys.knows(key)) {
        String hint = keys.nearest(key).map(k -> "did you mean " + k + "?").orElse(NO_HINT);
        problems.add("%s: unknown key %s: %s".formatted(source, key, hint));
      }
    }
  }

  /** Reports and leaves out what a user may not set for Kafka's clients. */
  private static void refuseReserved(
      Map<String, LoadedSettings.Value> values, List<String> problems) {
    for (String key : List.copyOf(values.keySet())) {
      if (key.startsWith(KAFKA)) {
        Optional<String> why = KafkaSettings.refusal(key.substring(KAFKA.length()));
        if (why.isPresent()) {
          LoadedSettings.Value value = requireNonNull(values.remove(key));
          problems.add("%s: %s %s".formatted(value.source(), key, why.get()));
        }
      }
    }
  }

  private static final String NO_HINT = "`alluvium config print` lists all keys";

  private List<String> warnings(Environment environment) {
    return environment.unknown().stream()
        .map(name -> "the variable %s names no setting and is ignored".formatted(name))
        .toList();
  }

  /** One layer of settings under the name it is reported by. */
  private static final class Layer extends MapBackedConfigSource {
    private static final long serialVersionUID = 1L;

    Layer(String name, Map<String, String> values, int ordinal) {
      super(name, values, ordinal);
    }
  }
}
