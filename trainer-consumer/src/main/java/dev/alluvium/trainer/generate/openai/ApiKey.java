package dev.alluvium.trainer.generate.openai;

import dev.alluvium.trainer.config.OpenAiSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The key of a server, from where the settings say it is; it is in no setting, log or message. */
public final class ApiKey {
  private ApiKey() {}

  /**
   * Reads it.
   *
   * @param environment variables of the process
   * @return nothing when the settings name no place
   * @throws IllegalArgumentException when there is no key at the place they name
   */
  public static Optional<String> read(OpenAiSettings settings, Map<String, String> environment) {
    return read("generate.openai", settings.apiKeyFile(), settings.apiKeyVariable(), environment);
  }

  /**
   * The same for any server.
   *
   * @param settings what the keys of its settings begin with
   * @param file file that holds the key; empty for none
   * @param variable variable that holds it; empty for none
   */
  public static Optional<String> read(
      String settings, String file, String variable, Map<String, String> environment) {
    if (!file.isEmpty()) {
      try {
        return some(Files.readString(Path.of(file)), settings + ".apiKeyFile", file);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "%s.apiKeyFile: %s cannot be read: expected a file that holds the key"
                .formatted(settings, file),
            e);
      }
    }
    return variable.isEmpty()
        ? Optional.empty()
        : some(environment.getOrDefault(variable, ""), settings + ".apiKeyVariable", variable);
  }

  private static Optional<String> some(String text, String setting, String place) {
    String key = text.strip();
    if (key.isEmpty()) {
      throw new IllegalArgumentException("%s: %s holds no key".formatted(setting, place));
    }
    return Optional.of(key);
  }
}
