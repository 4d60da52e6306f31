package dev.alluvium.cli.config;

import java.util.List;
import java.util.Map;

/**
 * Settings with where each value came from.
 *
 * @param settings bound and checked
 * @param values every effective key as text, in the order of the defaults, then of the layers
 * @param warnings what was found and not used, such as variables no key is named after
 */
public record LoadedSettings(
    AlluviumSettings settings, Map<String, Value> values, List<String> warnings) {

  /**
   * One effective value.
   *
   * @param text as written
   * @param source the layer it came from
   * @param secret whether it must not be shown
   */
  public record Value(String text, String source, boolean secret) {
    /** The text as it may be shown: a secret as three stars. */
    public String shown() {
      return secret && !text.isEmpty() ? Secrets.MASK : Secrets.withoutUserInfo(text);
    }

    @Override
    public String toString() {
      return "%s (%s)".formatted(shown(), source);
    }
  }
}
