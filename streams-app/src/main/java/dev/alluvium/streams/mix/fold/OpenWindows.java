package dev.alluvium.streams.mix.fold;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.OpenContents;
import dev.alluvium.schemas.avro.OpenPlace;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the windows without an outcome are made of. Their candidates stay in the pool's store until
 * then, and go into the reservoirs or away.
 */
final class OpenWindows {
  private final MixStore store;
  private final Reservoirs reservoirs;

  OpenWindows(MixStore store, Reservoirs reservoirs) {
    this.store = store;
    this.reservoirs = reservoirs;
  }

  /** Keys of the candidates that such windows have. */
  Set<String> keys() {
    Set<String> keys = new HashSet<>();
    store
        .open()
        .visit(
            (window, contents) ->
                contents.getPlaces().stream()
                    .filter(place -> !place.getReplayed())
                    .forEach(place -> keys.add(place.getKey())));
    return keys;
  }

  /** A window was written. */
  void written(long windowId, List<Content> contents) {
    List<OpenPlace> places =
        contents.stream()
            .map(content -> new OpenPlace(content.key(), content.replayOf() != null, false))
            .toList();
    store.open().put(Long.toString(windowId), new OpenContents(places));
  }

  /**
   * Carries an outcome through: what was trained may be replayed from now on, what the model cannot
   * take never, and what is in quarantine is gone.
   *
   * @return new examples by skill that were trained, and how many the model could not take
   */
  Settled settle(Outcome outcome) {
    List<OpenPlace> places =
        requireNonNull(
                store.open().get(Long.toString(outcome.getWindowId())),
                () -> "the store lost window " + outcome.getWindowId())
            .getPlaces();
    store.open().delete(Long.toString(outcome.getWindowId()));
    Set<Integer> refused = Set.copyOf(outcome.getRefused());
    boolean trained = outcome.getStatus() == OutcomeStatus.TRAINED;
    Settled settled = new Settled();
    for (int index = 0; index < places.size(); index++) {
      OpenPlace place = places.get(index);
      boolean cannot = trained && refused.contains(index);
      if (place.getReplayed()) {
        if (cannot) {
          reservoirs.remove(place.getKey());
        }
        continue;
      }
      if (cannot) {
        settled.refused++;
      } else if (trained) {
        String skill = Pools.skill(place.getKey());
        settled.trained.merge(skill, 1L, Long::sum);
        if (!place.getErased()) {
          reservoirs.offer(outcome.getWindowId(), index, skill, () -> candidate(place));
        }
      }
      store.pool().delete(place.getKey());
    }
    return settled;
  }

  private Candidate candidate(OpenPlace place) {
    return requireNonNull(store.pool().get(place.getKey()), "the pool lost " + place.getKey())
        .getCandidate();
  }

  /**
   * Drops the new examples of a pair: they stay in their windows, and are not kept afterwards.
   *
   * @return how many there were
   */
  int erase(String pairId) {
    int erased = 0;
    Map<String, OpenContents> windows = new TreeMap<>();
    store.open().visit(windows::put);
    for (Map.Entry<String, OpenContents> window : windows.entrySet()) {
      List<OpenPlace> places = new ArrayList<>(window.getValue().getPlaces());
      int before = erased;
      for (int index = 0; index < places.size(); index++) {
        OpenPlace place = places.get(index);
        if (isNew(place) && candidate(place).getPairId().equals(pairId)) {
          store.pool().delete(place.getKey());
          places.set(index, new OpenPlace(place.getKey(), false, true));
          erased++;
        }
      }
      if (erased > before) {
        store.open().put(window.getKey(), new OpenContents(places));
      }
    }
    return erased;
  }

  private static boolean isNew(OpenPlace place) {
    return !place.getReplayed() && !place.getErased();
  }
}
