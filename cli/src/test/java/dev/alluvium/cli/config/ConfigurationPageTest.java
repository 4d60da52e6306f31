package dev.alluvium.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The file of defaults, the settings records and the page about them say the same. */
class ConfigurationPageTest {
  private static final Path PAGE = Path.of("../docs/reference/configuration.md");
  private static final int SHORTEST_MEANING = 10;

  private final KnownKeys keys = KnownKeys.of(AlluviumSettings.class);

  @Test
  void everyRecordComponentHasADefaultAndEveryDefaultARecordComponent() {
    Set<String> defaults =
        Defaults.values().keySet().stream()
            .filter(key -> keys.mapOf(key).isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(defaults).isEqualTo(new TreeSet<>(keys.leaves()));
    assertThat(DefaultsPage.entries().stream().map(DefaultsPage.Entry::key))
        .containsAll(keys.maps());
  }

  @Test
  void everyKeyIsExplained() {
    assertThat(DefaultsPage.entries())
        .filteredOn(entry -> !entry.isMap() || keys.maps().contains(entry.key()))
        .allSatisfy(
            entry ->
                assertThat(entry.meaning())
                    .as(entry.key())
                    .hasSizeGreaterThan(SHORTEST_MEANING)
                    .endsWith("."));
  }

  @Test
  void thePageIsUpToDate() throws IOException {
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, DefaultsPage.markdown());
    }
    assertThat(PAGE).hasContent(DefaultsPage.markdown());
  }
}
