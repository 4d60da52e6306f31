package dev.alluvium.cli.config;

import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Puts the layers of settings on top of each other and binds the result. */
public final class SettingsLoader {
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
    SortedMap<String, LoadedSettings.Value> values =
        layered(file, fromFile, environment, overrides);
    values.keySet().removeIf(key -> !keys.knows(key));
    Optional<AlluviumSettings> settings =
        new SettingsBinder(keys).bind(AlluviumSettings.class, values, problems);
    if (!problems.isEmpty() || settings.isEmpty()) {
      throw new SettingsException(problems);
    }
    return new LoadedSettings(settings.get(), values, warnings(environment));
  }

  private SortedMap<String, LoadedSettings.Value> layered(
      Optional<Path> file,
      Map<String, String> fromFile,
      Environment environment,
      Map<String, String> overrides) {
    // No interceptors: ${...} in a value belongs to Kafka's own secret providers.
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .withSources(
                new PropertiesConfigSource(Defaults.values(), "default", DEFAULTS),
                new PropertiesConfigSource(
                    fromFile, file.map(Path::toString).orElse("no file"), FILE),
                new PropertiesConfigSource(environment.values(), "environment", ENVIRONMENT),
                new PropertiesConfigSource(overrides, "--set", COMMAND_LINE))
            .build();
    SortedMap<String, LoadedSettings.Value> values = new TreeMap<>();
    for (String key : config.getPropertyNames()) {
      ConfigValue value = config.getConfigValue(key);
      String text = value.getValue() == null ? "" : value.getValue();
      values.put(key, new LoadedSettings.Value(text, String.valueOf(value.getConfigSourceName())));
    }
    return values;
  }

  private void unknown(Map<String, String> layer, String source, List<String> problems) {
    for (String key : new TreeMap<>(layer).keySet()) {
      if (!keys.knows(key)) {
        String hint = keys.nearest(key).map(k -> "did you mean " + k + "?").orElse(NO_HINT);
        problems.add("%s: unknown key %s: %s".formatted(source, key, hint));
      }
    }
  }

  private static final String NO_HINT = "`alluvium config print` lists all keys";

  private List<String> warnings(Environment environment) {
    return environment.unknown().stream()
        .map(name -> "the variable %s names no setting and is ignored".formatted(name))
        .toList();
  }
}
