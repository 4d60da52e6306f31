package dev.alluvium.cli.operate;

import static dev.alluvium.cli.operate.Records.candidate;
import static dev.alluvium.cli.operate.Records.example;
import static dev.alluvium.cli.operate.Records.left;
import static dev.alluvium.cli.operate.Records.letter;
import static dev.alluvium.cli.operate.Records.open;
import static dev.alluvium.cli.operate.Records.passedOver;
import static dev.alluvium.cli.operate.Records.position;
import static dev.alluvium.cli.operate.Records.probe;
import static dev.alluvium.cli.operate.Records.trained;
import static dev.alluvium.cli.operate.Records.version;
import static dev.alluvium.schemas.avro.VersionStatus.HELD;
import static dev.alluvium.schemas.avro.VersionStatus.PROMOTED;
import static dev.alluvium.schemas.avro.VersionStatus.ROLLED_BACK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.operate.Lineage.HeldOut;
import dev.alluvium.cli.operate.Lineage.InWindow;
import dev.alluvium.cli.operate.Lineage.Learnt;
import dev.alluvium.cli.operate.Lineage.Letter;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.schemas.pair.PairDecoder;
import dev.alluvium.schemas.pair.RegisteredSchemas;
import dev.alluvium.schemas.serde.SchemaHistory;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What became of pair {@code p}, by made-up histories. */
class LineageFoldTest {
  private static final List<Object> NOTHING = List.of();

  @Test
  void aTrainedPairIsInEveryVersionSince() {
    Lineage lineage =
        lineage(
            List.of(
                version("v000001", null, PROMOTED, 1, 1),
                version("v000002", "v000001", PROMOTED, 2, 2)),
            List.of(open(1), example("p", 1, 0, 7, null), example("q", 1, 1, 8, null), open(2)),
            List.of(candidate("p", "ask", 7, "gold"), trained(1), trained(2)));

    assertThat(lineage.editions())
        .singleElement()
        .satisfies(
            edition -> {
              assertThat(edition.offset()).isZero();
              assertThat(edition.arrived()).isEqualTo(position(7));
              assertThat(edition.text()).as("nobody asked for text").isNull();
            });
    assertThat(results(lineage)).containsExactly("1 TRAINED");
    assertThat(versions(lineage))
        .containsExactly("v000001 PROMOTED [1]", "v000002 PROMOTED [1] answers");
  }

  @Test
  void aNewerEditionSupersedesTheOlderAndAnotherPromptDoesNot() {
    Lineage lineage =
        lineage(
            List.of(),
            NOTHING,
            List.of(
                candidate("p", "ask", 1, "old"),
                candidate("p", "ask another", 2, "other"),
                candidate("p", "ask", 3, "new"),
                candidate("q", "ask", 4, "newer")));

    assertThat(lineage.editions()).extracting(Lineage.Edition::offset).containsExactly(0L, 1L, 2L);
    assertThat(lineage.editions())
        .extracting(Lineage.Edition::supersededBy)
        .containsExactly(2L, null, null);
  }

  @Test
  void aReplayedExampleNamesItsFirstWindow() {
    Lineage lineage =
        lineage(
            List.of(version("v000001", null, PROMOTED, 1, 2)),
            List.of(example("p", 1, 0, 7, null), example("p", 2, 3, 7, 1L)),
            List.of(candidate("p", "ask", 7, "gold"), trained(1), trained(2)));

    assertThat(lineage.places()).extracting(InWindow::replayOf).containsExactly(null, 1L);
    assertThat(lineage.places()).extracting(InWindow::offset).containsExactly(0L, 1L);
    assertThat(versions(lineage)).containsExactly("v000001 PROMOTED [1, 2] answers");
  }

  @Test
  void nobodyLearnsFromAWindowThatWasPassedOver() {
    Lineage lineage =
        lineage(
            List.of(version("v000001", null, PROMOTED, 1, 2)),
            List.of(example("p", 1, 0, 7, null), open(2)),
            List.of(candidate("p", "ask", 7, "gold"), passedOver(1), trained(2)));

    assertThat(results(lineage)).containsExactly("1 QUARANTINED");
    assertThat(lineage.versions()).isEmpty();
  }

  @Test
  void whatTheModelCouldNotTakeIsNotLearnt() {
    Lineage lineage =
        lineage(
            List.of(version("v000001", null, PROMOTED, 1, 1)),
            List.of(example("p", 1, 2, 7, null)),
            List.of(candidate("p", "ask", 7, "gold"), trained(1, 2)));

    assertThat(results(lineage)).containsExactly("1 REFUSED");
    assertThat(lineage.versions()).isEmpty();
  }

  @Test
  void aVersionLearntFromAWindowUntilItIsLeftBehindAndLaterOnesDidNot() {
    Lineage lineage =
        lineage(
            List.of(
                version("v000001", null, PROMOTED, 1, 1),
                version("v000002", "v000001", ROLLED_BACK, 2, 2),
                version("v000003", "v000001", PROMOTED, 3, 3)),
            List.of(open(1), example("p", 2, 0, 7, null), open(3)),
            List.of(
                candidate("p", "ask", 7, "gold"),
                trained(1),
                trained(2),
                left(2, "back"),
                trained(3)));

    assertThat(results(lineage)).containsExactly("2 QUARANTINED");
    assertThat(versions(lineage)).containsExactly("v000002 ROLLED_BACK [2]");
  }

  @Test
  void aVersionLeftBehindInTheCommitThatMadeItLearntFromItsWindows() {
    Lineage lineage =
        lineage(
            List.of(
                version("v000001", null, PROMOTED, 1, 1),
                version("v000002", "v000001", ROLLED_BACK, 2, 4)),
            List.of(
                example("p", 1, 0, 7, null),
                example("p", 2, 0, 7, 1L),
                example("p", 3, 0, 7, 1L),
                example("p", 4, 0, 7, 1L)),
            List.of(
                trained(1),
                trained(2),
                passedOver(3),
                left(2, "back"),
                left(3, "back"),
                left(4, "back")));

    assertThat(versions(lineage))
        .containsExactly("v000001 PROMOTED [1] answers", "v000002 ROLLED_BACK [1, 2, 4]");
  }

  /** Both held versions name the promoted one as their parent, and only one of them was left. */
  @Test
  void trainingGoesOnFromAHeldVersionButNotFromOneThatWasLeft() {
    Lineage lineage =
        lineage(
            List.of(
                version("v000001", null, PROMOTED, 1, 1),
                version("v000002", "v000001", ROLLED_BACK, 2, 2),
                version("v000003", "v000001", ROLLED_BACK, 3, 3),
                version("v000004", "v000001", ROLLED_BACK, 4, 4)),
            List.of(open(1), example("p", 2, 0, 7, null), example("p", 3, 0, 7, 2L)),
            List.of(
                trained(1),
                trained(2),
                left(2, "back"),
                trained(3),
                trained(4),
                left(2, "again"),
                left(3, "again"),
                left(4, "again")));

    assertThat(versions(lineage))
        .containsExactly(
            "v000002 ROLLED_BACK [2]", "v000003 ROLLED_BACK [3]", "v000004 ROLLED_BACK [3]");
  }

  @Test
  void aWindowWithoutAnOutcomeWaitsOrIsForgotten() {
    Lineage lineage =
        lineage(
            List.of(
                version("v000001", null, PROMOTED, 1, 4),
                version("v000002", "v000001", HELD, 5, 5)),
            List.of(example("p", 4, 0, 7, null), example("p", 6, 0, 7, 4L)),
            List.of(trained(5)));

    assertThat(results(lineage)).containsExactly("4 FORGOTTEN", "6 WAITING");
    assertThat(lineage.versions()).isEmpty();
    assertThat(lineage.untold()).containsExactly("v000001", "v000002");
  }

  @Test
  void aVersionThatIsKnownToHaveLearntIsNotUntold() {
    Lineage lineage =
        lineage(
            List.of(
                version("v000001", null, PROMOTED, 1, 4),
                version("v000002", "v000001", HELD, 5, 6)),
            List.of(example("p", 4, 0, 7, null), example("p", 6, 0, 7, 4L)),
            List.of(trained(5), trained(6)));

    assertThat(results(lineage)).containsExactly("4 FORGOTTEN", "6 TRAINED");
    assertThat(lineage.versions()).extracting(Learnt::version).containsExactly("v000002");
    assertThat(lineage.untold()).containsExactly("v000001");
  }

  @Test
  void aProbeMeasuresTheVersionsSinceItsWindowUntilARollbackDropsIt() {
    List<ModelVersion> versions =
        List.of(
            version("v000001", null, PROMOTED, 1, 1),
            version("v000002", "v000001", ROLLED_BACK, 2, 2),
            version("v000003", "v000001", PROMOTED, 3, 3));
    List<Object> outcomes = List.of(probe("p", 7), trained(1), left(2, "back"), trained(3));

    Lineage early = lineage(versions, List.of(open(1, probe("p", 7)), open(2), open(3)), outcomes);
    Lineage late = lineage(versions, List.of(open(1), open(2, probe("p", 7)), open(3)), outcomes);
    Lineage never = lineage(versions, List.of(open(1), open(2), open(3)), outcomes);

    assertThat(heldOut(early)).isEqualTo(new HeldOut(1L, List.of("v000001", "v000002", "v000003")));
    assertThat(heldOut(late)).isEqualTo(new HeldOut(2L, List.of("v000002")));
    assertThat(heldOut(never)).isEqualTo(new HeldOut(null, List.of()));
    assertThat(early.versions()).as("nothing is learnt from a probe").isEmpty();
    assertThat(results(early)).isEmpty();
  }

  @Test
  void aReturnToTheBaseModelKeepsTheProbes() {
    Lineage lineage =
        lineage(
            List.of(
                version("v000001", null, ROLLED_BACK, 1, 1),
                version("v000002", null, PROMOTED, 2, 2)),
            List.of(open(1, probe("p", 7)), open(2)),
            List.of(probe("p", 7), left(1, "back"), trained(2)));

    assertThat(heldOut(lineage).measured()).containsExactly("v000001", "v000002");
  }

  /** A return to the base model keeps the probes there are; it brings none back. */
  @Test
  void aProbeThatWasDroppedStaysDropped() {
    Lineage lineage =
        lineage(
            List.of(
                version("v000001", null, PROMOTED, 1, 1),
                version("v000002", "v000001", ROLLED_BACK, 2, 2),
                version("v000003", null, PROMOTED, 3, 3)),
            List.of(open(1), open(2, probe("p", 7)), open(3)),
            List.of(
                probe("p", 7),
                trained(1),
                trained(2),
                left(2, "back"),
                left(1, "base"),
                left(2, "base"),
                trained(3)));

    assertThat(heldOut(lineage).measured()).containsExactly("v000002");
  }

  @Test
  void deadLettersAreFoundByTheIdInTheirValueElseByTheirKey() {
    String ours = "{\"id\": \"p\", \"instruction\": \" \", \"response\": \"secret\"}";
    String other = ours.replace("\"p\"", "\"q\"");
    LineageFold fold = fold(List.of(), false);
    fold.ledger(0, new LedgerEntry(candidate("p", "ask", 7, "gold")));
    List<DeadLetter> letters =
        List.of(
            letter("validate", position(1), "any", ours),
            letter("validate", position(2), "p", other),
            letter("decode", position(3), "p", "{\"broken"),
            letter("decode", position(4), "q", "{\"broken"),
            letter("train", position(5), "p", "avro"),
            letter("train", position(6), "q", ours),
            letter("process", position(7), null, "{\"broken"));
    for (int i = 0; i < letters.size(); i++) {
      fold.deadLetter(10 + i, letters.get(i));
    }

    assertThat(fold.lineage().letters())
        .extracting(Letter::offset)
        .containsExactly(10L, 12L, 14L, 16L);
    assertThat(fold.lineage().letters()).extracting(Letter::detail).containsOnlyNulls();
  }

  @Test
  void ofAnUnknownPairNothingIsKnown() {
    Lineage lineage =
        lineage(
            List.of(version("v000001", null, PROMOTED, 1, 1)),
            List.of(open(1, probe("r", 9)), example("q", 1, 0, 7, null)),
            List.of(candidate("q", "ask", 7, "gold"), probe("r", 9), trained(1)));

    assertThat(lineage.isEmpty()).isTrue();
    assertThat(lineage.versions()).isEmpty();
  }

  @Test
  void textIsThereWhenItIsAskedFor() {
    LineageFold fold = fold(List.of(), true);
    fold.ledger(0, new LedgerEntry(candidate("p", "ask", 7, "gold")));
    fold.ledger(1, new LedgerEntry(probe("p", 8)));

    assertThat(fold.lineage().editions())
        .extracting(edition -> edition.text().prompt().getInstruction())
        .containsExactly("ask", "ask");
    assertThat(fold.lineage().editions())
        .extracting(edition -> edition.text().target())
        .containsExactly("gold", null);
  }

  @Test
  void anErasedProbeMeasuresNoLaterVersion() {
    Lineage lineage =
        lineage(
            List.of(
                version("v000001", null, PROMOTED, 1, 1),
                version("v000002", "v000001", PROMOTED, 2, 2)),
            List.of(open(1, probe("p", 7)), new Control("e", CommandKind.ERASE, "p"), open(2)),
            List.of(
                probe("p", 7), trained(1), new Command("e", CommandKind.ERASE, "p"), trained(2)));

    assertThat(heldOut(lineage)).isEqualTo(new HeldOut(1L, List.of("v000001")));
    assertThat(lineage.erased()).containsExactly(2L);
    Lineage other =
        lineage(List.of(), List.of(), List.of(new Command("e", CommandKind.ERASE, "q")));
    assertThat(other.erased()).isEmpty();
  }

  private static Lineage lineage(
      List<ModelVersion> versions, List<Object> windows, List<Object> ledger) {
    LineageFold fold = fold(versions, false);
    for (int offset = 0; offset < windows.size(); offset++) {
      fold.window(offset, new WindowRecord(windows.get(offset)));
    }
    for (int offset = 0; offset < ledger.size(); offset++) {
      fold.ledger(offset, new LedgerEntry(ledger.get(offset)));
    }
    return fold.lineage();
  }

  private static LineageFold fold(List<ModelVersion> versions, boolean text) {
    TreeMap<String, ModelVersion> byName = new TreeMap<>();
    versions.forEach(version -> byName.put(version.getVersion(), version));
    Optional<String> serving =
        versions.stream()
            .filter(version -> version.getStatus() == PROMOTED)
            .map(ModelVersion::getVersion)
            .reduce((earlier, later) -> later);
    LetterOwner owner =
        new LetterOwner(new PairDecoder(SchemaHistory.store(), RegisteredSchemas.ownOnly()));
    return new LineageFold("p", new Versions(byName, serving), owner, text);
  }

  private static List<String> results(Lineage lineage) {
    return lineage.places().stream().map(p -> p.window() + " " + p.result()).toList();
  }

  private static HeldOut heldOut(Lineage lineage) {
    assertThat(lineage.editions()).hasSize(1);
    return lineage.editions().get(0).heldOut();
  }

  private static List<String> versions(Lineage lineage) {
    return lineage.versions().stream()
        .map(
            v ->
                v.version()
                    + " "
                    + v.status()
                    + " "
                    + v.windows()
                    + (v.answers() ? " answers" : ""))
        .toList();
  }
}
