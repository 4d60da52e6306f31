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

  /** The policy for the next window: that of a general stage holds no more than the stage needs. */
  Policy narrowed(Policy policy) {
    Cycle cycle = memory.cycle;
    if (cycle == null || !cycle.general) {
      return policy;
    }
    int left = cycle.stageExamples - cycle.examples;
    if (left >= policy.getWindowExamples()) {
      return policy;
    }
    return Policy.newBuilder(policy)
        .setWindowExamples(left)
        .setMinFill(Math.min(left, policy.getMinFill()))
        .build();
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
   * Ends the stage if it is over.
   *
   * @param flushing all that waits is wanted
   */
  Turn turn(Policy policy, boolean flushing) {
    Cycle cycle = memory.cycle;
    if (cycle == null) {
      return Turn.NONE;
    }
    DmtRules rules = requireNonNull(policy.getDmt());
    int specialised = waiting(policy, false);
    int general = waiting(policy, true);
    boolean idle = idle(cycle, cycle.general ? general : specialised, policy.getWindowMillis());
    if (cycle.general) {
      boolean over = cycle.examples >= cycle.stageExamples || (general == 0 && (flushing || idle));
      if (!over) {
        return Turn.NONE;
      }
      cycle.turn(0, new TreeMap<>());
      return Turn.CYCLE_ENDS;
    }
    if (!specialisedIsOver(cycle, rules, specialised, general, flushing, idle)) {
      return Turn.NONE;
    }
    // The reminders are drawn from all that the stage trained, so its outcomes are waited for.
    if (!memory.books.open.isEmpty()) {
      return Turn.WAITS;
    }
    int examples = rules.getGeneralExamples() > 0 ? rules.getGeneralExamples() : general;
    cycle.turn(examples, reminders(policy, rules, examples));
    return Turn.GENERAL_BEGINS;
  }

  private boolean specialisedIsOver(
      Cycle cycle, DmtRules rules, int specialised, int general, boolean flushing, boolean idle) {
    boolean bounded = rules.getSpecialisedWindows() > 0;
    if (bounded && cycle.windows >= rules.getSpecialisedWindows()) {
      return true;
    }
    return specialised == 0
        && (flushing ? cycle.windows > 0 || general > 0 : bounded && general > 0 && idle);
  }

  /** Whether nothing has waited for this stage for so long. */
  private boolean idle(Cycle cycle, int waiting, long millis) {
    if (waiting > 0) {
      cycle.idleSince = null;
      return false;
    }
    if (cycle.idleSince == null) {
      cycle.idleSince = memory.clock;
    }
    return memory.clock - cycle.idleSince >= millis;
  }

  private SortedMap<String, Integer> reminders(Policy policy, DmtRules rules, int examples) {
    SortedMap<String, Long> trained = new TreeMap<>(memory.books.trainedBySkill);
    trained.keySet().removeIf(skill -> isGeneral(policy, skill));
    return Reminders.of(rules, trained, reservoirs.kept(), examples);
  }

  /** A window of the stage was planned: counts it and tells what it replays, by skill. */
  SortedMap<String, Integer> planned(int examples) {
    Cycle cycle = requireNonNull(memory.cycle);
    cycle.windows++;
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
