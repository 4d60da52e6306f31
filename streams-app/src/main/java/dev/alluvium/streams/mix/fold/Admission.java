package dev.alluvium.streams.mix.fold;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PooledCandidate;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Lets candidates into the pools and out of them, and counts why they left untrained. */
final class Admission {
  /** Bound of pools and probe sets before there is a policy to set one. */
  static final int UNRULED = 10_000;

  private final MixMemory memory;
  private final Books books;
  private final Pools pools;
  private @Nullable Shares shares;

  Admission(MixMemory memory, Pools pools) {
    this.memory = memory;
    this.books = memory.books;
    this.pools = pools;
  }

  Pools pools() {
    return pools;
  }

  /** The shares of all skills that have arrived or are named, and are not refused. */
  Shares shares(Policy policy) {
    if (shares == null) {
      SortedMap<String, Integer> weights = new TreeMap<>(policy.getWeights());
      for (String skill : books.candidates.keySet()) {
        if (!skill.equals(PolicyRules.OTHER_SKILLS)) {
          weights.put(skill, PolicyRules.weight(policy, skill));
        }
      }
      weights.values().removeIf(weight -> weight == 0);
      shares = new Shares(weights);
    }
    return shares;
  }

  /**
   * Counts a candidate and puts it into its pool, or counts why it does not wait. In both cases an
   * older edition that waits is out of date and leaves.
   */
  void admit(Candidate arrived) {
    Candidate candidate = fresh(arrived);
    Place older = pools.olderEdition(candidate);
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
      shares = null;
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
    pools.add(memory.nextCandidate++, new PooledCandidate(candidate, memory.clock));
    overflow(skill, policy == null ? UNRULED : policy.getPoolExamples());
  }

  /** A version was promoted: what older ones wrote may be stale by now. */
  void promoted(long number) {
    memory.promoted.add(number);
    if (memory.promoted.size() > PolicyRules.MAX_STALENESS + 1) {
      memory.promoted.remove(0);
    }
    renew();
  }

  private Candidate fresh(Candidate candidate) {
    if (!isStale(Staleness.writer(candidate.getTarget()))) {
      return candidate;
    }
    books.stale++;
    return Staleness.gold(candidate);
  }

  private void renew() {
    for (String skill : pools.skills()) {
      for (Place place : List.copyOf(pools.places(skill))) {
        if (isStale(place.writer())) {
          books.stale++;
          Place gold = pools.becomeGold(place);
          if (gold.tokens() > requireNonNull(memory.policy()).getWindowTokens()) {
            expire(gold, "too_large");
          }
        }
      }
    }
  }

  private boolean isStale(long writer) {
    Policy policy = memory.policy();
    return policy != null && Staleness.isStale(writer, memory.promoted, policy.getMaxStaleness());
  }

  /** Takes a skill's oldest candidates out, to be trained. */
  List<Candidate> take(String skill, int n) {
    return oldest(skill, n).stream().map(pools::take).toList();
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
      for (Place place : pools.places(skill)) {
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
  void enforce(Policy policy) {
    shares = null;
    renew();
    for (String skill : pools.skills()) {
      boolean refused = PolicyRules.weight(policy, skill) == 0;
      for (Place place : List.copyOf(pools.places(skill))) {
        if (refused) {
          expire(place, "no_weight");
        } else if (place.tokens() > policy.getWindowTokens()) {
          expire(place, "too_large");
        }
      }
      overflow(skill, policy.getPoolExamples());
    }
    Shares next = shares(policy);
    memory.carry =
        next.namedCarry(Shares.bounded(next.carryOf(memory.carry), policy.getMaxCarry()));
  }

  private void overflow(String skill, int most) {
    for (Place place : oldest(skill, pools.size(skill) - most)) {
      expire(place, "pool_full");
    }
  }

  private List<Place> oldest(String skill, int n) {
    return pools.places(skill).stream().limit(Math.max(0, n)).toList();
  }

  private void expire(Place place, String reason) {
    pools.remove(place);
    books.expired(reason);
  }
}
