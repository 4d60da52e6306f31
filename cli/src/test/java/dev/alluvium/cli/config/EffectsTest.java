package dev.alluvium.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every configuration key has a test of its effect. {@code effects.txt} names it: a key, a class of
 * tests, a method. It sets the key, or its settings record, or hands the value to the class that
 * the record's value is handed to.
 */
class EffectsTest {
  private static final List<String> MODULES =
      List.of("schemas", "judges", "streams-app", "trainer-consumer", "cli");
  private static final Path TABLE = Path.of("src/test/resources/effects.txt");

  private record Effect(String key, String testClass, String method) {
    static Effect of(String line) {
      String[] words = line.split(" +");
      assertThat(words).as(line).hasSize(3);
      return new Effect(words[0], words[1], words[2]);
    }
  }

  private final KnownKeys keys = KnownKeys.of(AlluviumSettings.class);
  private final List<Effect> effects;

  EffectsTest() throws IOException {
    effects = Files.readAllLines(TABLE).stream().map(Effect::of).toList();
  }

  @Test
  void everyKeyIsInTheTableOnceInOrder() {
    assertThat(effects)
        .extracting(Effect::key)
        .containsExactlyElementsOf(
            Stream.concat(keys.leaves().stream(), keys.maps().stream()).sorted().toList());
  }

  @Test
  void everyTestOfTheTableIsThere() throws IOException {
    Map<String, String> tests = new HashMap<>();
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src/test/java"))) {
        files
            .filter(file -> file.toString().matches(".*(Test|IT)\\.java"))
            .forEach(file -> tests.merge(className(file), read(file), String::concat));
      }
    }
    assertThat(effects)
        .allSatisfy(
            effect ->
                assertThat(tests.getOrDefault(effect.testClass(), ""))
                    .as("%s", effect)
                    .contains(" void " + effect.method() + "("));
  }

  private static String className(Path file) {
    return file.getFileName().toString().replace(".java", "");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
