package dev.alluvium.cli.operate;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.trainer.bisect.KnownWindow;
import dev.alluvium.trainer.bisect.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What led to a version: the versions it was trained on from, and the windows.
 *
 * @param versions those of the namespace
 * @param version the version
 * @param fates of all windows up to its last
 */
record VersionLineage(Versions versions, ModelVersion version, WindowFates fates) {
  /** Reads the ledger. */
  static VersionLineage read(Cluster cluster, Versions versions, ModelVersion version) {
    WindowFates fates =
        new WindowFates(List.of(version), window -> window <= version.getLastWindow());
    cluster
        .reader()
        .read(
            cluster.topics().ledger(),
            record -> {
              if (record.value().getEntry() instanceof Outcome outcome) {
                fates.accept(outcome);
              }
            });
    return new VersionLineage(versions, version, fates);
  }

  /**
   * The ancestor of a name.
   *
   * @param name null for the parent
   * @return nothing for the base model
   * @throws CommandFailure when it is none
   */
  Optional<ModelVersion> ancestor(@Nullable String name) {
    String chosen = name == null ? version.getParent() : name;
    if (chosen == null || chosen.equals(Question.BASE)) {
      return Optional.empty();
    }
    ModelVersion found = versions.get(chosen);
    if (!isAncestor(found)) {
      throw new CommandFailure(
          "%s was not trained on from %s: expected one of %s, or %s"
              .formatted(
                  version.getVersion(),
                  chosen,
                  ancestors().stream().map(ModelVersion::getVersion).toList(),
                  Question.BASE));
    }
    return Optional.of(found);
  }

  /** All that it was trained on from, held ones included, oldest first. */
  List<ModelVersion> ancestors() {
    return versions.all().stream().filter(this::isAncestor).toList();
  }

  private boolean isAncestor(ModelVersion other) {
    return promoted().contains(other.getVersion())
        || (other.getVersion().compareTo(version.getVersion()) < 0
            && !fates
                .learnt(version)
                .subSet(other.getFirstWindow(), other.getLastWindow() + 1)
                .isEmpty());
  }

  private List<String> promoted() {
    List<String> parents = new ArrayList<>();
    ModelVersion next = version;
    while (next != null && next.getParent() != null) {
      parents.add(next.getParent());
      next = versions.byName().get(next.getParent());
    }
    return parents;
  }

  /**
   * The windows since an ancestor, as they were known when the version was made.
   *
   * @throws CommandFailure when the ledger does not tell any more
   */
  SortedMap<Long, KnownWindow> since(Optional<ModelVersion> ancestor) {
    long from = ancestor.map(ModelVersion::getLastWindow).orElse(0L) + 1;
    long to = version.getLastWindow();
    if (!fates.tellsOf(version) || !fates.tellsOfAll(from, to)) {
      throw new CommandFailure(
          "ledger.v1 does not tell any more which of the windows %d to %d are in %s: its retention has deleted outcomes, so begin at a later version (--good)"
              .formatted(from, to, version.getVersion()));
    }
    return fates.known(version, from, to);
  }
}
