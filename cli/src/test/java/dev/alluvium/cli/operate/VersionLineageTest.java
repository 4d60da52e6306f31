package dev.alluvium.cli.operate;

import static dev.alluvium.cli.operate.Records.left;
import static dev.alluvium.cli.operate.Records.passedOver;
import static dev.alluvium.cli.operate.Records.trained;
import static dev.alluvium.cli.operate.Records.version;
import static dev.alluvium.schemas.avro.VersionStatus.HELD;
import static dev.alluvium.schemas.avro.VersionStatus.PROMOTED;
import static dev.alluvium.schemas.avro.VersionStatus.ROLLED_BACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.trainer.bisect.KnownWindow;
import dev.alluvium.trainer.bisect.KnownWindow.Past;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * v1 is promoted, v2 left behind at once, v3 held, v4 left behind at once, v5 trained on from v1.
 */
class VersionLineageTest {
  private static final List<ModelVersion> VERSIONS =
      List.of(
          version("v000001", null, PROMOTED, 1, 2),
          version("v000002", "v000001", ROLLED_BACK, 3, 4),
          version("v000003", "v000001", ROLLED_BACK, 5, 6),
          version("v000004", "v000001", ROLLED_BACK, 7, 9),
          version("v000005", "v000001", HELD, 10, 10));
  private static final List<Outcome> OUTCOMES =
      List.of(
          trained(1),
          trained(2),
          left(3, "back-1"),
          left(4, "back-1"),
          trained(5, 1),
          trained(6),
          passedOver(7),
          left(3, "back-2"),
          left(4, "back-2"),
          left(5, "back-2"),
          left(6, "back-2"),
          left(7, "back-2"),
          left(8, "back-2"),
          left(9, "back-2"),
          trained(10));

  @Test
  void windowsAreToldAsTheyWereWhenTheVersionWasMade() {
    SortedMap<Long, KnownWindow> known = lineage("v000004").since(found("v000001"));
    assertThat(pasts(known))
        .isEqualTo(
            Map.of(
                3L, Past.LEFT_BEHIND,
                4L, Past.LEFT_BEHIND,
                5L, Past.TRAINED,
                6L, Past.TRAINED,
                7L, Past.PASSED_OVER,
                8L, Past.UNTOLD,
                9L, Past.UNTOLD));
    assertThat(known.get(5L).untrained()).containsExactly(1);
    assertThat(known.get(4L).probesDropped()).isTrue();
    assertThat(known.get(6L).probesDropped()).as("that came later").isFalse();
  }

  @Test
  void ancestorsAreWhatItWasTrainedOnFromHeldOnesIncluded() {
    assertThat(lineage("v000004").ancestors())
        .extracting(ModelVersion::getVersion)
        .containsExactly("v000001", "v000003");
    assertThat(lineage("v000005").ancestors())
        .extracting(ModelVersion::getVersion)
        .containsExactly("v000001");
    assertThat(lineage("v000004").ancestor(null)).isEqualTo(found("v000001"));
    assertThat(lineage("v000001").ancestor(null)).isEmpty();
    assertThat(lineage("v000004").ancestor("base")).isEmpty();
  }

  @Test
  void whatItWasNotTrainedOnFromIsRefused() {
    assertThatThrownBy(() -> lineage("v000005").ancestor("v000003"))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("v000005 was not trained on from v000003: expected one of [v000001], or base");
    assertThatThrownBy(() -> lineage("v000001").ancestor("v000001"))
        .isInstanceOf(CommandFailure.class);
  }

  @Test
  void outcomesThatAreKeptNoMoreAreMissed() {
    VersionLineage late = lineage("v000005", OUTCOMES.subList(14, 15));
    assertThat(late.since(found("v000004"))).containsOnlyKeys(10L);
    assertThatThrownBy(() -> late.since(found("v000001")))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("which of the windows 3 to 10 are in v000005");
  }

  private static Map<Long, Past> pasts(SortedMap<Long, KnownWindow> known) {
    return known.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, window -> window.getValue().past()));
  }

  private static VersionLineage lineage(String name) {
    return lineage(name, OUTCOMES);
  }

  private static VersionLineage lineage(String name, List<Outcome> outcomes) {
    SortedMap<String, ModelVersion> byName = new TreeMap<>();
    VERSIONS.forEach(version -> byName.put(version.getVersion(), version));
    ModelVersion version = found(name).orElseThrow();
    WindowFates fates =
        new WindowFates(List.of(version), window -> window <= version.getLastWindow());
    outcomes.forEach(fates::accept);
    return new VersionLineage(new Versions(byName, Optional.empty()), version, fates);
  }

  private static Optional<ModelVersion> found(String name) {
    return VERSIONS.stream().filter(version -> version.getVersion().equals(name)).findFirst();
  }
}
