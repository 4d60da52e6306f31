package dev.alluvium.streams.mix.fold;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PooledCandidate;
import dev.alluvium.schemas.avro.PromotedVersion;
import dev.alluvium.streams.mix.quota.Shares;
import dev.alluvium.streams.policy.PolicyRules;
import dev.alluvium.streams.text.PairHashes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Lets candidates into the pools and out of them, and counts why they left untrained. */
final class Admission {
  /** Bound of pools and probe sets before there is a policy to set one. */
  static final int UNRULED = 10_000;

  private final MixMemory memory;
  private final Books books;
  private final Pools pools;
  private final Hygiene hygiene;
  private final Map<String, Shares> shares = new HashMap<>();

  Admission(MixMemory memory, Pools pools, Hygiene hygiene) {
    this.memory = memory;
    this.books = memory.books;
    this.pools = pools;
    this.hygiene = hygiene;
  }

  Pools pools() {
    return pools;
  }

  /**
   * The shares of the skills that the next window may hold: those that have arrived or are named,
   * belong to the stage and are not refused. One that is refused but still waits has the smallest.
   */
  Shares shares(Policy policy, Stages stages) {
    return shares.computeIfAbsent(
        String.valueOf(stages.stage()),
        stage -> new Shares(weights(policy, skill -> stages.belongs(policy, skill))));
  }

  private SortedMap<String, Integer> weights(Policy policy, Predicate<String> belongs) {
    SortedMap<String, Integer> weights = new TreeMap<>(policy.getWeights());
    for (String skill : books.candidates.keySet()) {
      if (!skill.equals(PolicyRules.OTHER_SKILLS)) {
        weights.put(skill, PolicyRules.weight(policy, skill));
      }
    }
    pools.skills().forEach(skill -> weights.merge(skill, 1, Math::max));
    weights.values().removeIf(weight -> weight == 0);
    weights.keySet().removeIf(belongs.negate());
    return weights;
  }

  /** Whether a candidate waits that the next window may hold. */
  boolean anyWaits(Policy policy, Stages stages) {
    for (String skill : pools.skills()) {
      if (stages.belongs(policy, skill)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Counts a candidate and puts it into its pool, or counts why it does not wait. In both cases an
   * older edition that waits is out of date and leaves.
   *
   * @return whether nothing but that happened: it waits, as it came, and no other left
   */
  boolean admit(Candidate arrived) {
    long left = books.left();
    place(arrived);
    return books.left() == left;
  }

  /** Counts those candidates that wait and that no row of state has counted. */
  void recount() {
    for (Place place : pools.all()) {
      if (place.number() >= memory.nextCandidate) {
        books.candidate(place.skill());
        memory.nextCandidate = place.number() + 1;
      }
    }
  }

  private void place(Candidate arrived) {
    Candidate candidate = fresh(arrived);
    String edition = PairHashes.edition(candidate.getPairId(), candidate.getPrompt());
    Place older = pools.waiting(edition);
    if (older != null) {
      expire(older, "superseded");
    }
    String skill = candidate.getSkill();
    boolean first = !books.candidates.containsKey(skill);
    if (!books.candidate(skill)) {
      books.expired("too_many_skills");
      return;
    }
    if (first) {
      shares.clear();
    }
    Policy policy = memory.policy();
    if (policy != null && PolicyRules.weight(policy, skill) == 0) {
      books.expired("no_weight");
      return;
    }
    if (policy != null && candidate.getEstimatedTokens() > policy.getWindowTokens()) {
      books.expired("too_large");
      return;
    }
    Optional<String> refused = hygiene.refuse(memory.nextCandidate, edition, candidate);
    if (refused.isPresent()) {
      books.expired(refused.get());
      return;
    }
    long probes = hygiene.comparesWithProbes() ? memory.nextProbe : 0;
    pools.add(
        memory.nextCandidate++, edition, new PooledCandidate(candidate, memory.clock, probes));
    overflow(skill, policy == null ? UNRULED : policy.getPoolExamples());
  }

  /** A version was promoted: what older ones wrote may be stale by now. */
  void promoted(PromotedVersion version) {
    memory.versions.promoted(version);
    renew();
  }

  /**
   * A window that was trained is in quarantine: so are the versions that learnt from it. Tells
   * whether there was such a version.
   */
  boolean quarantined(long windowId) {
    boolean any = memory.versions.quarantined(windowId);
    renew();
    return any;
  }

  private Candidate fresh(Candidate candidate) {
    String reason = disowned(Writers.writer(candidate.getTarget()));
    if (reason == null) {
      return candidate;
    }
    books.stale++;
    return Writers.gold(candidate, reason);
  }

  private void renew() {
    for (String skill : pools.skills()) {
      for (Place place : List.copyOf(pools.oldest(skill))) {
        String reason = disowned(place.writer());
        if (reason != null) {
          books.stale++;
          Place gold = pools.becomeGold(place, reason);
          if (gold.tokens() > requireNonNull(memory.policy()).getWindowTokens()) {
            expire(gold, "too_large");
          }
        }
      }
    }
  }

  private @Nullable String disowned(long writer) {
    Policy policy = memory.policy();
    return policy == null ? null : memory.versions.disowned(writer, policy.getMaxStaleness());
  }

  /**
   * Expires those of the candidates to be taken that give away a probe which came after them; true
   * when there was any.
   */
  boolean expireContaminated(Map<String, Integer> taken) {
    boolean any = false;
    for (Map.Entry<String, Integer> skill : taken.entrySet()) {
      for (Place place : oldest(skill.getKey(), skill.getValue())) {
        if (place.probes() < memory.nextProbe && hygiene.givesAway(pools.read(place))) {
          expire(place, "contaminated");
          any = true;
        }
      }
    }
    return any;
  }

  /** Takes a skill's oldest candidates out, to be trained. */
  List<Content> take(String skill, int n) {
    List<Content> taken = new ArrayList<>();
    oldest(skill, n).forEach(place -> taken.add(new Content(place.key(), pools.take(place), null)));
    drained(skill);
    return taken;
  }

  /** A skill that the policy refuses has a share only as long as it waits. */
  private void drained(String skill) {
    Policy policy = memory.policy();
    if (policy != null && pools.size(skill) == 0 && PolicyRules.weight(policy, skill) == 0) {
      shares.clear();
    }
  }

  /** Expires what waited too long; true when there was any. */
  boolean expireAged() {
    Policy policy = memory.policy();
    if (policy == null) {
      return false;
    }
    long latest = memory.clock - policy.getPoolMillis();
    boolean any = false;
    for (String skill : pools.skills()) {
      List<Place> aged = new ArrayList<>();
      for (Place place : pools.oldest(skill)) {
        if (place.admittedAt() > latest) {
          break;
        }
        aged.add(place);
      }
      aged.forEach(place -> expire(place, "pool_age"));
      any |= !aged.isEmpty();
    }
    return any;
  }

  /** Applies a new policy to what already waits and to what is carried. */
  void enforce(@Nullable Policy before, Policy policy) {
    shares.clear();
    renew();
    for (String skill : pools.skills()) {
      boolean refused = PolicyRules.weight(policy, skill) == 0 && !policy.getDrain();
      for (Place place : List.copyOf(pools.oldest(skill))) {
        if (refused) {
          expire(place, "no_weight");
        } else if (place.tokens() > policy.getWindowTokens()) {
          expire(place, "too_large");
        }
      }
      overflow(skill, policy.getPoolExamples());
    }
    if (before == null) {
      pools.all().forEach(this::compare);
    }
    memory.carry = carriedOn(before, policy);
  }

  /** What came before the first policy was compared with nothing. */
  private void compare(Place place) {
    hygiene
        .refuse(place.number(), place.edition(), pools.read(place))
        .ifPresent(reason -> expire(place, reason));
  }

  /** What is carried means nothing to other units or stages. */
  private SortedMap<String, Long> carriedOn(@Nullable Policy before, Policy policy) {
    boolean same =
        before != null
            && before.getUnit() == policy.getUnit()
            && before.getDmt() == null
            && policy.getDmt() == null;
    if (!same) {
      return new TreeMap<>();
    }
    Shares next = new Shares(weights(policy, skill -> true));
    return next.namedCarry(Shares.bounded(next.carryOf(memory.carry), policy.getMaxCarry()));
  }

  /** Expires what waits of a pair, in whatever edition; tells how many. */
  int erase(String pairId) {
    List<Place> found = pools.ofPair(pairId);
    found.forEach(place -> expire(place, "erased"));
    return found.size();
  }

  private void overflow(String skill, int most) {
    int more = pools.size(skill) - most;
    if (more > 0) {
      oldest(skill, more).forEach(place -> expire(place, "pool_full"));
    }
  }

  private List<Place> oldest(String skill, int n) {
    return pools.oldest(skill).stream().limit(n).toList();
  }

  private void expire(Place place, String reason) {
    pools.remove(place);
    drained(place.skill());
    books.expired(reason);
  }
}
