package dev.alluvium.streams.mix.fold;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.avro.DmtRules;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.streams.mix.quota.Reminders;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The two stages of DMT and their turns (arXiv 2310.05492): first the specialised skills in bulk,
 * then the general ones with reminders of the specialised. Without DMT there is no stage, and every
 * skill belongs to every window.
 */
final class Stages {
  private final MixMemory memory;
  private final Pools pools;
  private final Reservoirs reservoirs;

  Stages(MixMemory memory, Pools pools, Reservoirs reservoirs) {
    this.memory = memory;
    this.pools = pools;
    this.reservoirs = reservoirs;
  }

  /** A new policy is in force: the cycle begins, goes on or is no more. */
  void enforce(Policy policy) {
    if (policy.getDmt() == null) {
      memory.cycle = null;
    } else if (memory.cycle == null) {
      memory.cycle = new Cycle();
    }
  }

  /** The stage's name; null without DMT. */
  @Nullable String stage() {
    return memory.cycle == null ? null : memory.cycle.stage();
  }

  /** Whether candidates of a skill may have a place in the next window. */
  boolean belongs(Policy policy, String skill) {
    Cycle cycle = memory.cycle;
    return cycle == null || isGeneral(policy, skill) == cycle.general;
  }

  /** Examples that the next window may have at most: a general stage ends with what it needs. */
  int most(Policy policy) {
    Cycle cycle = memory.cycle;
    return cycle == null || !cycle.general
        ? policy.getWindowExamples()
        : Math.min(policy.getWindowExamples(), cycle.stageExamples - cycle.examples);
  }

  /** What the end of a stage means. */
  enum Turn {
    /** The stage goes on. */
    NONE,
    /** The specialised stage is over, but for the outcomes of its windows. */
    WAITS,
    /** The specialised stage is over. */
    GENERAL_BEGINS,
    /** The general stage is over, and with it the cycle. */
    CYCLE_ENDS
  }

  /**
   * Ends the stage if it has had its due, or if all that waits is wanted and nothing waits for it.
   *
   * @param flushing all that waits is wanted
   */
  Turn turn(Policy policy, boolean flushing) {
    Cycle cycle = memory.cycle;
    if (cycle == null) {
      return Turn.NONE;
    }
    if (cycle.general) {
      boolean over =
          cycle.examples >= cycle.stageExamples || (flushing && waiting(policy, true) == 0);
      return over ? cycleEnds(cycle) : Turn.NONE;
    }
    int most = requireNonNull(policy.getDmt()).getSpecialisedWindows();
    boolean over =
        (most > 0 && cycle.windows >= most)
            || (flushing
                && waiting(policy, false) == 0
                && (cycle.windows > 0 || waiting(policy, true) > 0));
    return over ? generalBegins(cycle, policy) : Turn.NONE;
  }

  /**
   * Ends a stage that could have had a window for so long and had none: too little waits for it. A
   * specialised stage gives way only to candidates that wait for the other, and never when it is to
   * have all there is.
   */
  Turn giveWay(Policy policy) {
    Cycle cycle = memory.cycle;
    if (cycle == null) {
      return Turn.NONE;
    }
    if (cycle.idleSince == null) {
      cycle.idleSince = memory.clock;
    }
    if (memory.clock - cycle.idleSince < policy.getWindowMillis()) {
      return Turn.NONE;
    }
    if (cycle.general) {
      return cycleEnds(cycle);
    }
    boolean mayEnd = requireNonNull(policy.getDmt()).getSpecialisedWindows() > 0;
    return mayEnd && waiting(policy, true) > 0 ? generalBegins(cycle, policy) : Turn.NONE;
  }

  /** The stage cannot have a window now, because the trainer is behind: that is no idleness. */
  void blocked() {
    if (memory.cycle != null) {
      memory.cycle.idleSince = null;
    }
  }

  private static Turn cycleEnds(Cycle cycle) {
    cycle.turn(0, new TreeMap<>());
    return Turn.CYCLE_ENDS;
  }

  private Turn generalBegins(Cycle cycle, Policy policy) {
    // The reminders are drawn from all that the stage trained, so its outcomes are waited for.
    if (!memory.books.open.isEmpty()) {
      return Turn.WAITS;
    }
    DmtRules rules = requireNonNull(policy.getDmt());
    int examples =
        rules.getGeneralExamples() > 0 ? rules.getGeneralExamples() : waiting(policy, true);
    cycle.turn(examples, reminders(policy, rules, examples));
    return Turn.GENERAL_BEGINS;
  }

  private SortedMap<String, Integer> reminders(Policy policy, DmtRules rules, int examples) {
    SortedMap<String, Long> trained = new TreeMap<>(memory.books.trainedBySkill);
    trained.keySet().removeIf(skill -> isGeneral(policy, skill));
    return Reminders.of(rules, trained, reservoirs.kept(), examples, memory.boosts);
  }

  /** A window of the stage was planned: counts it and tells what it replays, by skill. */
  SortedMap<String, Integer> planned(int examples) {
    Cycle cycle = requireNonNull(memory.cycle);
    cycle.windows++;
    cycle.idleSince = null;
    cycle.examples += examples;
    SortedMap<String, Integer> due = new TreeMap<>();
    cycle.reminders.forEach(
        (skill, reminders) -> {
          int until = Reminders.until(reminders, cycle.examples, cycle.stageExamples);
          int more = until - cycle.reminded.getOrDefault(skill, 0);
          if (more > 0) {
            due.put(skill, more);
          }
        });
    return due;
  }

  /** Reminders of a skill that the stage has replayed so far. */
  int reminded(String skill) {
    return requireNonNull(memory.cycle).reminded.getOrDefault(skill, 0);
  }

  /** So many more of a skill's reminders were replayed. */
  void remind(String skill, int more) {
    requireNonNull(memory.cycle).reminded.merge(skill, more, Integer::sum);
  }

  /** The cycle's number, for the seed of what is drawn. */
  long cycle() {
    return requireNonNull(memory.cycle).number;
  }

  private int waiting(Policy policy, boolean general) {
    return pools.skills().stream()
        .filter(skill -> isGeneral(policy, skill) == general)
        .mapToInt(pools::size)
        .sum();
  }

  private static boolean isGeneral(Policy policy, String skill) {
    return requireNonNull(policy.getDmt()).getGeneral().contains(skill);
  }
}
