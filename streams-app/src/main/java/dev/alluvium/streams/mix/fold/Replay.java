package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.ReplayRules;
import dev.alluvium.streams.mix.quota.Shares;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a window replays besides its new examples: a share of it, divided among the skills by
 * weight; under DMT the stage's reminders instead. Drawn from the reservoirs by seeds that only the
 * ledger decides.
 */
final class Replay {
  private static final long WHOLE = 1_000_000;

  private final MixMemory memory;
  private final Reservoirs reservoirs;
  private final Stages stages;
  private final Hygiene hygiene;

  Replay(MixMemory memory, Reservoirs reservoirs, Stages stages, Hygiene hygiene) {
    this.hygiene = hygiene;
    this.memory = memory;
    this.reservoirs = reservoirs;
    this.stages = stages;
  }

  /**
   * The replayed examples of a window.
   *
   * @param examples its new examples
   */
  List<Content> draw(long windowId, int examples, Policy policy) {
    Budget budget = new Budget(policy);
    if (policy.getDmt() == null) {
      share("window " + windowId, examples, policy, budget);
    } else {
      // One order for the whole stage, so that no example is drawn twice in it.
      String seed = "cycle " + stages.cycle();
      stages
          .planned(examples)
          .forEach(
              (skill, n) -> {
                budget.add(clean(reservoirs.draw(skill, seed, stages.reminded(skill), n)));
                stages.remind(skill, n);
              });
    }
    return budget.contents;
  }

  /** The usual split first, as if nothing were boosted; what boosts add comes on top of it. */
  private void share(String seed, int examples, Policy policy, Budget budget) {
    SortedMap<String, Integer> usual = usual(policy.getReplay(), examples);
    int all = usual.values().stream().mapToInt(n -> n).sum();
    int room = PolicyRules.MAX_WINDOW_EXAMPLES - examples - all;
    SortedMap<String, Integer> more = Boosts.more(memory.boosts, usual, reservoirs.kept(), room);
    List<Content> boosted = new ArrayList<>();
    usual.forEach(
        (skill, n) -> {
          int wanted = n + more.getOrDefault(skill, 0);
          List<Content> drawn = clean(reservoirs.draw(skill, seed, 0, wanted));
          int first = Math.min(n, drawn.size());
          budget.add(drawn.subList(0, first));
          boosted.addAll(drawn.subList(first, drawn.size()));
        });
    if (!more.isEmpty()) {
      budget.widen(more.values().stream().mapToInt(n -> n).sum(), all);
      budget.add(boosted);
    }
  }

  /** What gives away a probe that came after it was trained is not replayed, now or later. */
  private List<Content> clean(List<Content> drawn) {
    List<Content> clean = new ArrayList<>();
    for (Content content : drawn) {
      if (hygiene.givesAway(content.candidate())) {
        reservoirs.remove(content.key());
      } else {
        clean.add(content);
      }
    }
    return clean;
  }

  /**
   * Examples by skill, whatever is boosted; what rounding leaves is carried, what no reservoir has
   * is not.
   */
  private SortedMap<String, Integer> usual(ReplayRules rules, int examples) {
    SortedMap<String, Integer> kept = reservoirs.kept();
    kept.keySet().removeIf(skill -> weight(rules, skill) == 0);
    long due =
        memory.replayDue + (long) examples * rules.getShare() * WHOLE / (WHOLE - rules.getShare());
    memory.replayDue = due % WHOLE;
    int all = kept.values().stream().mapToInt(Integer::intValue).sum();
    int room = PolicyRules.MAX_WINDOW_EXAMPLES - examples;
    int n = (int) Math.min(due / WHOLE, Math.min(all, room));
    if (n == 0) {
      return new TreeMap<>();
    }
    SortedMap<String, Integer> weights = new TreeMap<>();
    kept.keySet().forEach(skill -> weights.put(skill, weight(rules, skill)));
    Shares shares = new Shares(weights);
    long[] carry = Shares.bounded(shares.carryOf(memory.replayCarry), n);
    int[] taken = shares.fill(n, carry, kept.values().stream().mapToInt(k -> k).toArray());
    memory.replayCarry = shares.namedCarry(shares.carryAfter(n, carry, taken, n));
    return shares.named(taken);
  }

  private static int weight(ReplayRules rules, String skill) {
    return rules.getWeights().getOrDefault(skill, 1);
  }

  /** Most of a window that may be replayed, in millionths. */
  private static long most(Policy policy) {
    return policy.getDmt() == null ? policy.getReplay().getShare() : policy.getDmt().getCap();
  }

  /** Takes what fits into the tokens that a window has for replay; the rest is left out. */
  private static final class Budget {
    private final List<Content> contents = new ArrayList<>();
    private final long usual;
    private final long room;
    private long tokens;

    /** The share of a window's own tokens, within the bound of all windows. */
    Budget(Policy policy) {
      long all = PolicyRules.MAX_WINDOW_TOKENS - (long) policy.getWindowTokens();
      this.usual = Math.min(policy.getWindowTokens() * most(policy) / (WHOLE - most(policy)), all);
      this.room = all - usual;
      this.tokens = usual;
    }

    /** Room for so many more examples, as much each as the usual number of them has. */
    void widen(int more, int examples) {
      tokens += Math.min(usual * more / examples, room);
    }

    void add(List<Content> drawn) {
      for (Content content : drawn) {
        int size = content.candidate().getEstimatedTokens();
        if (size <= tokens) {
          contents.add(content);
          tokens -= size;
        }
      }
    }
  }

  /** Replayed examples by skill. */
  static SortedMap<String, Integer> counts(List<Content> replayed) {
    SortedMap<String, Integer> counts = new TreeMap<>();
    replayed.forEach(content -> counts.merge(content.candidate().getSkill(), 1, Integer::sum));
    return counts;
  }

  /** Adds to the books what a window replays. */
  static void count(Map<String, Long> books, List<Content> replayed) {
    counts(replayed).forEach((skill, n) -> books.merge(skill, (long) n, Long::sum));
  }
}
