package dev.alluvium.cli.config;

import dev.alluvium.schemas.client.KafkaSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * References such as {@code ${env:NAME}} in Kafka's settings. Kafka's clients ask the config
 * providers for them by themselves, but pass on as it stands what a provider does not know, and the
 * broker then refuses a password that nobody wrote. Asked for beforehand, it is named.
 */
public final class ProviderReferences {
  /** As Kafka's {@code ConfigTransformer} finds them. */
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}:]*):[^}]*}");

  private static final String OWN = AbstractConfig.CONFIG_PROVIDERS_CONFIG;
  private static final String QUESTION = "alluvium.reference.";

  private ProviderReferences() {}

  /** Whether a text has one. */
  static boolean isIn(String text) {
    return REFERENCE.matcher(text).find();
  }

  /**
   * Asks for all of them; what is answered is a secret from then on.
   *
   * @throws SettingsException when a provider is not there, fails, or does not know a name
   */
  public static void check(KafkaSettings kafka) {
    Map<String, String> keys = references(kafka);
    if (keys.isEmpty()) {
      return;
    }
    List<String> problems = new ArrayList<>();
    Map<String, Object> answers = answers(kafka, List.copyOf(keys.keySet()));
    keys.forEach(
        (reference, key) -> {
          String answer = String.valueOf(answers.get(QUESTION + reference));
          if (answer.equals(reference)) {
            problems.add("kafka.%s: %s".formatted(key, why(reference, kafka)));
          } else {
            Redaction.hide(answer);
          }
        });
    kafka
        .client()
        .forEach(
            (key, text) -> {
              String whole = String.valueOf(answers.get(key));
              if (!whole.equals(text)) {
                Redaction.hide(whole);
              }
            });
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
  }

  /** Each reference to a provider that is set or that everybody means, and a key it stands in. */
  private static Map<String, String> references(KafkaSettings kafka) {
    Map<String, String> keys = new TreeMap<>();
    new TreeMap<>(kafka.client())
        .forEach(
            (key, text) -> {
              Matcher reference = REFERENCE.matcher(text);
              while (!key.startsWith(OWN) && reference.find()) {
                String provider = reference.group(1);
                if (kafka.providers().contains(provider)
                    || KafkaSettings.knownProviders().contains(provider)) {
                  keys.putIfAbsent(reference.group(), key);
                }
              }
            });
    return keys;
  }

  private static Map<String, Object> answers(KafkaSettings kafka, List<String> references) {
    Map<String, Object> questions = new HashMap<>();
    kafka.admin().forEach((key, text) -> questions.put(String.valueOf(key), text));
    references.forEach(reference -> questions.put(QUESTION + reference, reference));
    try {
      return new AbstractConfig(new ConfigDef(), questions, false).originals();
    } catch (ConfigException e) {
      throw new SettingsException(List.of("kafka.%s: %s".formatted(OWN, e.getMessage())));
    }
  }

  private static String why(String reference, KafkaSettings kafka) {
    String provider = reference.substring(2, reference.indexOf(':'));
    return kafka.providers().contains(provider)
        ? "%s has no value: the config provider %s does not know it".formatted(reference, provider)
        : "%s names the config provider %s: expected it in kafka.%s"
            .formatted(reference, provider, OWN);
  }
}
