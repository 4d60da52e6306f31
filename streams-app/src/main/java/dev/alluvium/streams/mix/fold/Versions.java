package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.PromotedVersion;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The versions that write targets, and whose words are not the model's own any more. */
final class Versions {
  /** Most versions in quarantine that are remembered; older ones are stale long since. */
  static final int MOST_QUARANTINED = 1_000;

  final List<PromotedVersion> promoted = new ArrayList<>();
  final List<Long> quarantined = new ArrayList<>();

  void promoted(PromotedVersion version) {
    promoted.add(version);
    if (promoted.size() > PolicyRules.MAX_STALENESS + 1) {
      promoted.remove(0);
    }
  }

  /**
   * A window is in no surviving weights, and so is no version that was trained on it. Tells whether
   * there was such a version.
   */
  boolean quarantined(long windowId) {
    boolean any = false;
    for (PromotedVersion version : List.copyOf(promoted)) {
      if (version.getLastWindow() >= windowId) {
        promoted.remove(version);
        quarantined.add(version.getNumber());
        any = true;
      }
    }
    while (quarantined.size() > MOST_QUARANTINED) {
      quarantined.remove(0);
    }
    return any;
  }

  /** The boosts as of the last promoted version; none where none is remembered. */
  Map<String, Integer> boosts() {
    return promoted.isEmpty() ? Map.of() : promoted.get(promoted.size() - 1).getBoosts();
  }

  /**
   * Why a version's texts are not trained any more: {@code quarantined} or, when more versions than
   * that were promoted since, {@code stale}; null when they are.
   *
   * @param writer number of the version that wrote them
   */
  @Nullable String disowned(long writer, int maxStaleness) {
    if (writer == Writers.AGELESS) {
      return null;
    }
    if (quarantined.contains(writer)) {
      return "quarantined";
    }
    int since = 0;
    for (PromotedVersion version : promoted) {
      since += version.getNumber() > writer ? 1 : 0;
    }
    return since > maxStaleness ? "stale" : null;
  }
}
