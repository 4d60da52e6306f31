package dev.alluvium.cli.operate;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.streams.config.MixSettings;
import java.io.IOException;
import java.time.Duration;

/** A policy as the {@code mix} section of a settings file, so that it can be changed and set. */
final class PolicyYaml {
  private static final JsonMapper TREES =
      JsonMapper.builder()
          .addModule(new SimpleModule().addSerializer(new DurationSerializer()))
          .build();
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .build();

  private PolicyYaml() {}

  /** The keys below {@code mix}; those without effect under this policy are left out. */
  static ObjectNode keys(Policy policy) {
    ObjectNode keys = TREES.valueToTree(MixSettings.of(MixSettings.defaults().tick(), policy));
    keys.remove("tick");
    if (policy.getDmt() == null) {
      keys.remove("dmt");
    }
    return keys;
  }

  /** The whole section. */
  static String section(Policy policy) {
    ObjectNode file = JsonNodeFactory.instance.objectNode();
    file.set("mix", keys(policy));
    try {
      return YAML.writeValueAsString(file);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a policy could not be written as YAML", e);
    }
  }

  /** Durations as settings have them: a whole number and the largest unit that keeps it whole. */
  private static final class DurationSerializer extends StdSerializer<Duration> {
    private static final long serialVersionUID = 1L;

    DurationSerializer() {
      super(Duration.class);
    }

    @Override
    public void serialize(Duration value, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      to.writeString(text(value.toMillis()));
    }

    private static String text(long millis) {
      if (millis % Duration.ofDays(1).toMillis() == 0) {
        return Duration.ofMillis(millis).toDays() + "d";
      }
      if (millis % Duration.ofHours(1).toMillis() == 0) {
        return Duration.ofMillis(millis).toHours() + "h";
      }
      if (millis % Duration.ofMinutes(1).toMillis() == 0) {
        return Duration.ofMillis(millis).toMinutes() + "m";
      }
      return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }
  }
}
