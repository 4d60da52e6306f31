package dev.alluvium.cli.verify;

import dev.alluvium.schemas.avro.LostWindows;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * Windows that were deleted before they were trained: a loss that was accepted is told and must be
 * in quarantine, any other is a gap.
 */
final class LossCheck {
  private LossCheck() {}

  /** The losses that were accepted, oldest first. */
  static List<LostWindows> accepted(Optional<Progress> progress) {
    return progress.map(Progress::getLost).orElse(List.of());
  }

  /** What is wrong. */
  static List<Difference> differences(
      Optional<Progress> progress,
      OutcomesCheck outcomes,
      NavigableMap<Long, SeenWindow> windows,
      boolean windowsWhole) {
    List<Difference> all = new ArrayList<>();
    accepted(progress)
        .forEach(
            lost ->
                outcomes
                    .firstTrained(lost.getFirstWindow(), lost.getLastWindow())
                    .ifPresent(
                        id ->
                            all.add(
                                Difference.of(
                                    Kind.OUTCOME_UNKNOWN_WINDOW,
                                    "outcome of window " + id,
                                    "QUARANTINED, as the window was given up",
                                    OutcomeStatus.TRAINED))));
    long next = progress.map(Progress::getLastWindow).orElse(0L) + 1;
    if (!windowsWhole && !windows.isEmpty() && windows.firstKey() > next) {
      all.add(
          Difference.of(
              Kind.WINDOW_GAP,
              "window " + windows.firstKey(),
              "window %d, which was not trained yet".formatted(next),
              "deleted, and nobody has accepted it (alluvium train --from latest --accept-loss)"));
    }
    return all;
  }
}
