package dev.alluvium.cli.operate;

import static dev.alluvium.cli.operate.Records.example;
import static dev.alluvium.cli.operate.Records.left;
import static dev.alluvium.cli.operate.Records.open;
import static dev.alluvium.cli.operate.Records.passedOver;
import static dev.alluvium.cli.operate.Records.trained;
import static dev.alluvium.cli.operate.Records.version;
import static dev.alluvium.schemas.avro.VersionStatus.HELD;
import static dev.alluvium.schemas.avro.VersionStatus.PROMOTED;
import static dev.alluvium.schemas.avro.VersionStatus.ROLLED_BACK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.operate.VersionContents.Skill;
import dev.alluvium.cli.operate.VersionContents.Window;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.WindowRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a version was trained on since its parent. */
class VersionContentsTest {
  private static final List<Example> WINDOWS =
      List.of(
          example("a", 1, 0, 1, null),
          example("b", 2, 0, 2, null),
          example("c", 3, 0, 3, null),
          example("d", 3, 1, 4, null),
          example("a", 3, 2, 1, 1L),
          example("e", 4, 0, 5, null),
          example("c", 4, 1, 3, 3L));

  private final List<String> pairs = new ArrayList<>();

  @Test
  void everythingTrainedSinceTheParentIsInItEachPairOnce() {
    VersionContents contents =
        contents(
            version("v000003", "v000001", PROMOTED, 4, 4),
            List.of(trained(1), passedOver(2), trained(3, 1), trained(4)));

    assertThat(contents.windows())
        .as("the cycle that was held is in it, what was passed over is not")
        .isEqualTo(
            Map.of(
                3L, new Window(OutcomeStatus.TRAINED, true, 2, 1, 1),
                4L, new Window(OutcomeStatus.TRAINED, true, 2, 1, 0)));
    assertThat(contents.skills()).isEqualTo(Map.of("math", new Skill(Map.of("GOLD", 4L), 2)));
    assertThat(contents.examples()).isEqualTo(4);
    assertThat(contents.replayed()).isEqualTo(2);
    assertThat(pairs).containsExactly("c", "a", "e");
  }

  @Test
  void aVersionThatWasLeftBehindStillTellsWhatItLearnt() {
    VersionContents contents =
        contents(
            version("v000002", "v000001", ROLLED_BACK, 2, 3),
            List.of(trained(1), trained(2), left(2, "back"), left(3, "back"), trained(4)));

    assertThat(contents.windows()).containsOnlyKeys(2L, 3L);
    assertThat(contents.windows().get(2L).outcome()).isEqualTo(OutcomeStatus.QUARANTINED);
    assertThat(pairs).containsExactly("b", "c", "d", "a");
  }

  @Test
  void whatIsNoLongerKeptIsSaid() {
    VersionContents gone = contents(version("v000002", "v000001", HELD, 2, 3), List.of(trained(4)));
    assertThat(gone.isKnown()).isFalse();
    assertThat(gone.windows()).isEmpty();

    VersionContents holes =
        contents(version("v000005", "v000001", HELD, 5, 5), List.of(trained(4), trained(5)));
    assertThat(holes.isKnown()).as("the outcomes of windows 2 and 3 are gone").isFalse();

    VersionContents noExamples =
        contents(
            version("v000005", "v000001", HELD, 5, 5),
            List.of(passedOver(2), passedOver(3), trained(4), trained(5)));
    assertThat(noExamples.isKnown()).isTrue();
    assertThat(noExamples.windows().get(5L))
        .isEqualTo(new Window(OutcomeStatus.TRAINED, false, 0, 0, 0));
  }

  private VersionContents contents(ModelVersion version, List<Outcome> outcomes) {
    VersionContents contents = new VersionContents(version, 1, pairs::add);
    outcomes.forEach(contents::outcome);
    LongStream.rangeClosed(1, 4).forEach(id -> contents.window(new WindowRecord(open(id))));
    WINDOWS.forEach(example -> contents.window(new WindowRecord(example)));
    return contents;
  }
}
