package dev.alluvium.streams.mix.fold;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.PooledCandidate;
import dev.alluvium.streams.text.PairHashes;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The candidates that wait, per skill and oldest first. The candidates themselves lie in the store;
 * an index of their places is kept in memory and rebuilt from the store. Of one pair at most one
 * edition waits, so that the index is the same however it came about.
 */
final class Pools {
  private final MixStore store;
  private final SortedMap<String, LinkedHashMap<Long, Place>> bySkill = new TreeMap<>();
  private final Map<String, Place> byEdition = new HashMap<>();
  private int size;
  private long tokens;

  Pools(MixStore store) {
    this.store = store;
    store.candidates(
        (key, pooled) -> {
          long number = Long.parseLong(key.substring(key.lastIndexOf('|') + 1), 16);
          index(place(number, pooled));
        });
  }

  /** Adds a candidate behind the others of its skill; no older edition of it may wait. */
  void add(long number, PooledCandidate pooled) {
    Place place = place(number, pooled);
    store.putCandidate(place.key(), pooled);
    index(place);
  }

  /** Reads a candidate and removes it. */
  Candidate take(Place place) {
    PooledCandidate pooled =
        requireNonNull(store.candidate(place.key()), "the pool lost " + place.key());
    remove(place);
    return pooled.getCandidate();
  }

  /** Puts gold into the place of a model's text. */
  Place becomeGold(Place place) {
    PooledCandidate pooled =
        requireNonNull(store.candidate(place.key()), "the pool lost " + place.key());
    PooledCandidate gold =
        new PooledCandidate(Staleness.gold(pooled.getCandidate()), pooled.getAdmittedAt());
    Place renewed = place(place.number(), gold);
    store.putCandidate(place.key(), gold);
    requireNonNull(bySkill.get(place.skill())).put(place.number(), renewed);
    byEdition.put(renewed.edition(), renewed);
    tokens += renewed.tokens() - place.tokens();
    return renewed;
  }

  /** Removes a candidate. */
  void remove(Place place) {
    store.deleteCandidate(place.key());
    Map<Long, Place> pool = requireNonNull(bySkill.get(place.skill()));
    pool.remove(place.number());
    if (pool.isEmpty()) {
      bySkill.remove(place.skill());
    }
    byEdition.remove(place.edition());
    size--;
    tokens -= place.tokens();
  }

  /** Where an older edition of a candidate waits; null when none does. */
  @Nullable Place olderEdition(Candidate candidate) {
    return byEdition.get(PairHashes.edition(candidate.getPairId(), candidate.getPrompt()));
  }

  /** The skills with candidates, in order of name. */
  List<String> skills() {
    return List.copyOf(bySkill.keySet());
  }

  /** A skill's candidates, oldest first. */
  Collection<Place> places(String skill) {
    Map<Long, Place> pool = bySkill.get(skill);
    return pool == null ? List.of() : pool.values();
  }

  int size() {
    return size;
  }

  int size(String skill) {
    return places(skill).size();
  }

  /** Estimated tokens of all that wait. */
  long tokens() {
    return tokens;
  }

  /** Estimated tokens of a skill's n oldest candidates. */
  long tokens(String skill, int n) {
    return places(skill).stream().limit(n).mapToLong(Place::tokens).sum();
  }

  /** Whether a candidate admitted before the given number still waits. */
  boolean holdsOlderThan(long number) {
    return bySkill.values().stream()
        .anyMatch(pool -> pool.keySet().iterator().next().compareTo(number) < 0);
  }

  /** Candidates waiting, by skill. */
  SortedMap<String, Long> sizes() {
    SortedMap<String, Long> sizes = new TreeMap<>();
    bySkill.forEach((skill, pool) -> sizes.put(skill, (long) pool.size()));
    return sizes;
  }

  private void index(Place place) {
    bySkill
        .computeIfAbsent(place.skill(), skill -> new LinkedHashMap<>())
        .put(place.number(), place);
    byEdition.put(place.edition(), place);
    size++;
    tokens += place.tokens();
  }

  private static Place place(long number, PooledCandidate pooled) {
    Candidate candidate = pooled.getCandidate();
    return new Place(
        candidate.getSkill(),
        number,
        PairHashes.edition(candidate.getPairId(), candidate.getPrompt()),
        Math.max(1, candidate.getEstimatedTokens()),
        Staleness.writer(candidate.getTarget()),
        pooled.getAdmittedAt());
  }
}
