package dev.alluvium.cli.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 500ms}, {@code 30s}, {@code 10m}, {@code 2h}, {@code 7d}.
 */
final class DurationDeserializer extends StdDeserializer<Duration> {
  private static final long serialVersionUID = 1L;

  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,12}) ?(ms|s|m|h|d)");

  private static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  DurationDeserializer() {
    super(Duration.class);
  }

  @Override
  public Duration deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    String text = parser.getText();
    Matcher written = WRITTEN.matcher(text);
    if (!written.matches()) {
      return (Duration)
          context.handleWeirdStringValue(Duration.class, text, "not a whole number and a unit");
    }
    Duration unit = UNITS.getOrDefault(written.group(2), Duration.ZERO);
    return unit.multipliedBy(Long.parseLong(written.group(1)));
  }
}
