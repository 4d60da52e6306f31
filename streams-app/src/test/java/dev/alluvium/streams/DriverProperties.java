package dev.alluvium.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;

/** What a topology in a test driver is told; every driver has a state directory of its own. */
public final class DriverProperties {
  private DriverProperties() {}

  public static Properties of(String application) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, "true");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory().toString());
    return properties;
  }

  private static Path stateDirectory() {
    try {
      Path parent = Files.createDirectories(Path.of("target", "test-state"));
      return Files.createTempDirectory(parent, "driver");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
