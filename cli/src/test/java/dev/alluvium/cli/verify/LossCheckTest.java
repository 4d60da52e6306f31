package dev.alluvium.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.alluvium.schemas.avro.LostWindows;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.Progress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LossCheckTest {
  private static final LostWindows LOST = new LostWindows(3L, 5L, 20L, 58L, Instant.EPOCH);

  @Test
  void whatWasAcceptedAndIsInQuarantineIsNoDifference() {
    assertThat(differences(5, List.of(LOST), 6, OutcomeStatus.QUARANTINED)).isEmpty();
  }

  @Test
  void whatWasGivenUpCannotHaveBeenTrained() {
    assertThat(differences(5, List.of(LOST), 6, OutcomeStatus.TRAINED))
        .extracting(Difference::kind, Difference::where)
        .containsExactly(tuple(Kind.OUTCOME_UNKNOWN_WINDOW, "outcome of window 3"));
  }

  @Test
  void whatNobodyAcceptedIsAGap() {
    assertThat(differences(2, List.of(), 6, OutcomeStatus.QUARANTINED))
        .extracting(Difference::kind)
        .containsExactly(Kind.WINDOW_GAP);
    assertThat(differences(2, List.of(), 3, OutcomeStatus.QUARANTINED)).isEmpty();
  }

  private static List<Difference> differences(
      long lastWindow, List<LostWindows> lost, long firstLeft, OutcomeStatus ofLost) {
    OutcomesCheck outcomes = new OutcomesCheck(true);
    for (long id = 3; id <= 5; id++) {
      outcomes.add(new Outcome(id, ofLost, "window-000005-0123abcd", 0, List.of(), Map.of()));
    }
    Progress progress =
        Progress.newBuilder()
            .setNextOffset(58L)
            .setLastWindow(lastWindow)
            .setSettingsDigest("s")
            .setHolder("h")
            .setHeartbeat(Instant.EPOCH)
            .setLost(lost)
            .build();
    NavigableMap<Long, SeenWindow> left = new TreeMap<>();
    left.put(firstLeft, new SeenWindow(new WindowPrint("o", "e", "c"), 2, 1, 1));
    return LossCheck.differences(Optional.of(progress), outcomes, left, false);
  }
}
