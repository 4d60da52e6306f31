package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.ErasedPlaces;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.trainer.checkpoint.CheckpointStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The committed checkpoints that training alone leads from to the newest, under the same settings:
 * what to fall back on. A rollback begins another lineage, and so do other settings.
 *
 * @param checkpoints oldest first; the last is the newest
 * @param passedOver windows since the first that were not trained
 * @param erased windows since the first of which some examples were not trained, because their
 *     pairs were erased
 */
record Lineage(List<String> checkpoints, List<Long> passedOver, List<ErasedPlaces> erased) {
  /** Copies the lists. */
  Lineage {
    checkpoints = List.copyOf(checkpoints);
    passedOver = List.copyOf(passedOver);
    erased = List.copyOf(erased);
  }

  static Lineage none() {
    return new Lineage(List.of(), List.of(), List.of());
  }

  /** What the log says. */
  static Lineage of(Progress progress) {
    List<String> all = new ArrayList<>(progress.getOlder());
    if (progress.getCheckpoint() != null) {
      all.add(progress.getCheckpoint());
    }
    return new Lineage(all, progress.getPassedOver(), progress.getErased());
  }

  /** With that checkpoint as its first. */
  static Lineage beginningWith(String checkpoint) {
    return new Lineage(List.of(checkpoint), List.of(), List.of());
  }

  /** Without the checkpoints that came after one. */
  Lineage upTo(String checkpoint) {
    return new Lineage(
        checkpoints.subList(0, checkpoints.indexOf(checkpoint) + 1), passedOver, erased);
  }

  /**
   * With one more checkpoint.
   *
   * @param skipped windows passed over since the one before
   * @param erasedSince windows since the one before of which some examples were not trained
   * @param kept those that stay on disk
   */
  Lineage with(
      String checkpoint,
      Collection<Long> skipped,
      Collection<ErasedPlaces> erasedSince,
      Set<String> kept) {
    long oldest = CheckpointStore.windowOf(checkpoint) - Rollback.MOST_WINDOWS;
    List<String> all =
        new ArrayList<>(
            checkpoints.stream()
                .filter(name -> kept.contains(name) && CheckpointStore.windowOf(name) >= oldest)
                .toList());
    all.add(checkpoint);
    long first = CheckpointStore.windowOf(all.get(0));
    TreeSet<Long> windows = new TreeSet<>(passedOver);
    windows.addAll(skipped);
    List<ErasedPlaces> places = new ArrayList<>(erased);
    places.addAll(erasedSince);
    places.removeIf(window -> window.getWindowId() <= first);
    return new Lineage(all, List.copyOf(windows.tailSet(first, false)), places);
  }

  /** All but the newest. */
  List<String> older() {
    return checkpoints.subList(0, Math.max(0, checkpoints.size() - 1));
  }

  /** Places in a window that was trained of the examples that were not. */
  SortedSet<Integer> erasedFrom(long windowId) {
    SortedSet<Integer> places = new TreeSet<>();
    erased.stream()
        .filter(window -> window.getWindowId() == windowId)
        .forEach(window -> places.addAll(window.getPlaces()));
    return places;
  }
}
