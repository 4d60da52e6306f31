package dev.alluvium.streams.mix.fold;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.PooledCandidate;
import dev.alluvium.streams.mix.quota.Supply;
import dev.alluvium.streams.text.PairHashes;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The candidates that wait, per skill and oldest first. The candidates themselves lie in the store,
 * where those of a window stay until it has an outcome; an index of the places of those that wait
 * is kept in memory and rebuilt from the store. Of one pair at most one edition waits, so that the
 * index is the same however it came about.
 */
final class Pools implements Supply {
  private final MixStore store;
  private final SortedMap<String, LinkedHashMap<Long, Place>> bySkill = new TreeMap<>();
  private final Map<String, Place> byEdition = new HashMap<>();
  private final Map<String, Long> tokens = new HashMap<>();

  /**
   * The pools of a store.
   *
   * @param open keys of candidates that wait no more, because a window has them
   */
  Pools(MixStore store, Set<String> open) {
    this.store = store;
    store
        .pool()
        .visit(
            (key, pooled) -> {
              if (!open.contains(key)) {
                long number = Long.parseLong(key.substring(key.lastIndexOf('|') + 1), 16);
                Candidate candidate = pooled.getCandidate();
                String edition = PairHashes.edition(candidate.getPairId(), candidate.getPrompt());
                index(place(number, edition, pooled));
              }
            });
  }

  /**
   * Adds a candidate behind the others of its skill; no older edition of it may wait.
   *
   * @param edition hash of its pair id and prompt
   */
  void add(long number, String edition, PooledCandidate pooled) {
    Place place = place(number, edition, pooled);
    store.pool().add(place.key(), pooled);
    index(place);
  }

  /** Reads a candidate, which waits no more but stays in the store. */
  Candidate take(Place place) {
    Candidate candidate = read(place);
    forget(place);
    return candidate;
  }

  /** Reads a candidate. */
  Candidate read(Place place) {
    return requireNonNull(store.pool().get(place.key()), "the pool lost " + place.key())
        .getCandidate();
  }

  /** Puts gold into the place of a model's text, for a reason. */
  Place becomeGold(Place place, String reason) {
    PooledCandidate pooled =
        requireNonNull(store.pool().get(place.key()), "the pool lost " + place.key());
    PooledCandidate gold =
        new PooledCandidate(
            Writers.gold(pooled.getCandidate(), reason),
            pooled.getAdmittedAt(),
            pooled.getProbes());
    Place renewed = place(place.number(), place.edition(), gold);
    store.pool().delete(place.key());
    store.pool().add(place.key(), gold);
    requireNonNull(bySkill.get(place.skill())).put(place.number(), renewed);
    byEdition.put(renewed.edition(), renewed);
    tokens.merge(place.skill(), (long) renewed.tokens() - place.tokens(), Long::sum);
    return renewed;
  }

  /** Removes a candidate. */
  void remove(Place place) {
    store.pool().delete(place.key());
    forget(place);
  }

  private void forget(Place place) {
    Map<Long, Place> pool = requireNonNull(bySkill.get(place.skill()));
    pool.remove(place.number());
    tokens.merge(place.skill(), (long) -place.tokens(), Long::sum);
    if (pool.isEmpty()) {
      bySkill.remove(place.skill());
      tokens.remove(place.skill());
    }
    byEdition.remove(place.edition());
  }

  /** Where an edition of a pair waits; null when none does. */
  @Nullable Place waiting(String edition) {
    return byEdition.get(edition);
  }

  /** The skills with candidates, in order of name. */
  List<String> skills() {
    return List.copyOf(bySkill.keySet());
  }

  @Override
  public Collection<Place> oldest(String skill) {
    Map<Long, Place> pool = bySkill.get(skill);
    return pool == null ? List.of() : pool.values();
  }

  @Override
  public long tokens(String skill) {
    return tokens.getOrDefault(skill, 0L);
  }

  int size(String skill) {
    return oldest(skill).size();
  }

  /** All that wait, in the order of admission. */
  List<Place> all() {
    return bySkill.values().stream()
        .flatMap(pool -> pool.values().stream())
        .sorted(Comparator.comparingLong(Place::number))
        .toList();
  }

  /** Where the editions of a pair wait; reads every candidate. */
  List<Place> ofPair(String pairId) {
    return all().stream().filter(place -> read(place).getPairId().equals(pairId)).toList();
  }

  /** The skill in the key of a candidate. */
  static String skill(String key) {
    return key.substring(0, key.lastIndexOf('|'));
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
    tokens.merge(place.skill(), (long) place.tokens(), Long::sum);
  }

  private static Place place(long number, String edition, PooledCandidate pooled) {
    Candidate candidate = pooled.getCandidate();
    return new Place(
        candidate.getSkill(),
        number,
        edition,
        Math.max(1, candidate.getEstimatedTokens()),
        Writers.writer(candidate.getTarget()),
        pooled.getAdmittedAt(),
        pooled.getProbes());
  }
}
