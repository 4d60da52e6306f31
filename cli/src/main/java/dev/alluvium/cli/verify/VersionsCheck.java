package dev.alluvium.cli.verify;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Promotion;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.trainer.release.KnownVersions;
import dev.alluvium.trainer.release.ModelStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * models.v1 by itself and beside the ledger: numbers without gaps or reuse, parents that were
 * promoted, windows that go on where those of the version before ended.
 */
final class VersionsCheck {
  private final KnownVersions known = new KnownVersions();
  private final List<Promotion> promotions = new ArrayList<>();
  private final List<Difference> differences = new ArrayList<>();

  /** The next version of models.v1: a new one, or one with another status. */
  void add(ModelVersion version) {
    ModelVersion before = known.add(version.getVersion(), version);
    if (before != null && !before.getDigest().equals(version.getDigest())) {
      differ(Kind.VERSION_REUSED, version, before.getDigest(), version.getDigest());
    }
  }

  /** The next promotion of the ledger. */
  void add(Promotion promotion) {
    promotions.add(promotion);
  }

  /** Each version as it was written last. */
  KnownVersions known() {
    return known;
  }

  /**
   * All that is wrong, once every record was given.
   *
   * @param lastWindow the last window that training is done with
   */
  List<Difference> differences(long lastWindow, OutcomesCheck outcomes) {
    SortedMap<String, ModelVersion> versions = known.byName();
    long number = 0;
    ModelVersion before = null;
    for (ModelVersion version : versions.values()) {
      number++;
      String name = version.getVersion();
      if (!ModelStore.isName(name)) {
        differ(Kind.VERSION_GAP, version, "a name such as v000012", name);
        continue;
      }
      if (ModelStore.number(name) != number) {
        differ(Kind.VERSION_GAP, version, ModelStore.name((int) number), name);
        number = ModelStore.number(name);
      }
      parent(version, versions);
      windows(version, before, lastWindow, outcomes);
      before = version;
    }
    promotions.forEach(promotion -> promotion(promotion, versions));
    return List.copyOf(differences);
  }

  private void parent(ModelVersion version, SortedMap<String, ModelVersion> versions) {
    String name = version.getParent();
    if (name == null) {
      return;
    }
    ModelVersion parent = versions.get(name);
    if (parent == null || name.compareTo(version.getVersion()) >= 0) {
      differ(Kind.VERSION_PARENT, version, "an earlier version", name);
    } else if (parent.getStatus() != VersionStatus.PROMOTED
        && !(parent.getStatus() == VersionStatus.ROLLED_BACK
            && version.getStatus() == VersionStatus.ROLLED_BACK)) {
      differ(
          Kind.VERSION_PARENT,
          version,
          name + " PROMOTED",
          "%s %s".formatted(name, parent.getStatus()));
    }
  }

  /** Windows between two versions are those of a cycle that a rollback on request cut short. */
  private void windows(
      ModelVersion version,
      @Nullable ModelVersion before,
      long lastWindow,
      OutcomesCheck outcomes) {
    long end = before == null ? 0 : before.getLastWindow();
    long from = version.getFirstWindow();
    long to = version.getLastWindow();
    if (from <= end || to < from || to > lastWindow) {
      differ(
          Kind.VERSION_WINDOWS,
          version,
          "windows after %d, up to %d at most".formatted(end, lastWindow),
          "windows %d to %d".formatted(from, to));
      return;
    }
    Optional<Long> skipped = outcomes.firstTrained(end + 1, from - 1);
    if (skipped.isPresent()) {
      differ(Kind.VERSION_WINDOWS, version, "windows from %d on".formatted(skipped.get()), from);
      return;
    }
    if (version.getStatus() == VersionStatus.ROLLED_BACK) {
      outcomes
          .firstTrained(from, to)
          .ifPresent(
              id ->
                  differ(
                      Kind.VERSION_WINDOWS,
                      version,
                      "window %d QUARANTINED, as the version is ROLLED_BACK".formatted(id),
                      "TRAINED"));
    }
  }

  private void promotion(Promotion promotion, SortedMap<String, ModelVersion> versions) {
    ModelVersion version = versions.get(promotion.getVersion());
    String promoted = "windows up to " + promotion.getLastWindow();
    if (version == null || !Objects.equals(version.getLastWindow(), promotion.getLastWindow())) {
      differences.add(
          Difference.of(
              Kind.PROMOTION_UNKNOWN,
              "promotion of " + promotion.getVersion(),
              promoted,
              version == null ? "no version" : "windows up to " + version.getLastWindow()));
    }
  }

  private void differ(Kind kind, ModelVersion version, Object expected, Object found) {
    differences.add(Difference.of(kind, version.getVersion(), expected, found));
  }
}
