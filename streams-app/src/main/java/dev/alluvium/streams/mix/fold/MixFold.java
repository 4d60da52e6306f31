package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.MixState;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.PendingFlush;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyChange;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.PromotedVersion;
import dev.alluvium.schemas.avro.Promotion;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.Tick;
import dev.alluvium.schemas.avro.TrainedWindow;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.streams.policy.PolicyRules;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The mixer: folds the ledger, entry by entry, into windows. The same entries give the same
 * windows, byte for byte, whenever and however often they are folded.
 *
 * <p>A window is decided and written as a whole, between two ledger entries; so a new policy takes
 * effect at a window boundary by taking effect at once. Belongs to one thread.
 */
public final class MixFold {
  /** Version of these rules; a change that makes other windows of the same ledger raises it. */
  public static final int VERSION = 4;

  /** The longest step of the clock between two ticks: an outage ages nothing. */
  static final long MAX_STEP_MILLIS = 60_000;

  /** Most flushes that wait at a time; one more is ignored. */
  static final int MAX_FLUSHES = 16;

  /** Windows that a rollback can take back: the last so many that were trained. */
  static final int MOST_TRAINED = 10_000;

  private static final String ROW = "state";

  private final MixStore store;
  private final MixMemory memory;
  private final ProbeSets probes;
  private final Admission admission;
  private final Hygiene hygiene;
  private final Reservoirs reservoirs;
  private final OpenWindows open;
  private final Erasure erasure;
  private final Stages stages;
  private final WindowMaker windows;
  private boolean changed = true;

  /** A fold that goes on from what the store holds. */
  public MixFold(MixStore store) {
    this.store = store;
    this.memory = MixMemory.of(store.state().get(ROW));
    this.hygiene = new Hygiene(store, memory);
    this.probes = new ProbeSets(store, hygiene, memory.probes, memory.nextProbe);
    this.reservoirs = new Reservoirs(store);
    this.open = new OpenWindows(store, reservoirs);
    Pools pools = new Pools(store, open.keys());
    this.admission = new Admission(memory, pools, hygiene);
    admission.recount();
    this.erasure = new Erasure(admission, open, reservoirs, probes);
    this.stages = new Stages(memory, pools, reservoirs);
    Replay replay = new Replay(memory, reservoirs, stages, hygiene);
    this.windows = new WindowMaker(memory, admission, probes, open, stages, replay);
    Policy policy = memory.policy();
    if (policy != null) {
      reservoirs.enforce(policy.getReplay());
    }
  }

  /** Digest of the policy in force; null before the first. */
  public @Nullable String policyDigest() {
    return memory.policyDigest();
  }

  /** Digest of the settings' policy when it was last applied; null when it never was. */
  public @Nullable String settingsDigest() {
    return memory.settingsDigest;
  }

  /**
   * Folds one entry.
   *
   * @param offset its offset in the ledger
   * @param entry the entry
   * @param out where windows, reports and refusals go
   */
  public void fold(long offset, LedgerEntry entry, MixOutput out) {
    memory.ledgerOffset = offset;
    Long openedAt = memory.openedAt;
    boolean tell = false;
    boolean remembered = false;
    if (entry.getEntry() instanceof Candidate candidate) {
      changed = true;
      remembered = admission.admit(candidate) && memory.cycle == null;
    } else {
      tell = apply(entry.getEntry(), out);
    }
    while (windows.step(out)) {
      changed = true;
      tell = true;
    }
    tell |= completeFlushes(out);
    memory.probes = probes.sizes();
    // Most entries are candidates that only wait: the pool tells as much of them as the row would.
    if (tell || !remembered || !Objects.equals(openedAt, memory.openedAt)) {
      store.state().put(ROW, memory.state());
    }
    if (tell && changed) {
      report(out);
    }
  }

  /** The memory as a row; the store's may lack candidates that wait. */
  MixState state() {
    return memory.state();
  }

  /**
   * Applies an entry that is no candidate; true when the books should be told even if no window
   * follows.
   */
  private boolean apply(Object entry, MixOutput out) {
    if (entry instanceof Tick tick) {
      return tick(tick.getTime().toEpochMilli(), out);
    }
    changed = true;
    if (entry instanceof Probe probe) {
      hold(probe, out);
      return false;
    }
    if (entry instanceof PolicyChange change) {
      change(change, out);
    } else if (entry instanceof Command command) {
      command(command, out);
    } else if (entry instanceof Promotion promotion) {
      promoted(promotion);
    } else if (entry instanceof Outcome outcome) {
      decided(outcome, out);
    } else {
      ignore("unknown_entry", entry.getClass().getName(), out);
    }
    return true;
  }

  private void promoted(Promotion promotion) {
    Policy policy = memory.policy();
    if (policy != null) {
      memory.boosts = Boosts.after(memory.boosts, promotion.getSlipped(), policy.getReplay());
    }
    admission.promoted(
        new PromotedVersion(promotion.getNumber(), promotion.getLastWindow(), memory.boosts));
  }

  private boolean tick(long time, MixOutput out) {
    if (time <= memory.lastTick) {
      changed = true;
      ignore("tick_backwards", "%d after %d".formatted(time, memory.lastTick), out);
      // Time goes on from here: one tick from a clock far ahead must not stop it until that day.
      memory.lastTick = time;
      return false;
    }
    if (memory.lastTick > 0) {
      memory.clock += Math.min(time - memory.lastTick, MAX_STEP_MILLIS);
    }
    memory.lastTick = time;
    changed |= admission.expireAged();
    return true;
  }

  private void hold(Probe probe, MixOutput out) {
    memory.books.heldOut++;
    Policy policy = memory.policy();
    int most = policy == null ? Admission.UNRULED : policy.getProbesPerSkill();
    probes
        .add(probe, most)
        .ifPresent(reason -> ignore(reason, "probe of skill " + probe.getSkill(), out));
    memory.nextProbe = probes.next();
  }

  private void decided(Outcome outcome, MixOutput out) {
    long id = outcome.getWindowId();
    boolean quarantined = outcome.getStatus() == OutcomeStatus.QUARANTINED;
    if (memory.books.isOpen(id)) {
      TrainedWindow counts = memory.books.decided(outcome, open.settle(outcome));
      if (counts != null) {
        store.trained().put(Long.toString(id), counts);
        if (id > MOST_TRAINED) {
          store.trained().delete(Long.toString(id - MOST_TRAINED));
        }
      }
    } else if (!quarantined || !takeBack(id)) {
      ignore("outcome_unknown", "window %d, %s".formatted(id, outcome.getStatus()), out);
    }
  }

  /** A rollback puts a trained window into quarantine: all that came of it is undone. */
  private boolean takeBack(long windowId) {
    TrainedWindow counts = store.trained().get(Long.toString(windowId));
    if (counts == null) {
      return false;
    }
    store.trained().delete(Long.toString(windowId));
    memory.books.takenBack(counts);
    reservoirs.purge(windowId);
    Policy policy = memory.policy();
    if (admission.quarantined(windowId) && policy != null) {
      memory.boosts = Boosts.within(memory.versions.boosts(), policy.getReplay());
    }
    return true;
  }

  private void change(PolicyChange change, MixOutput out) {
    List<String> problems = PolicyRules.problems(change.getPolicy());
    String current = memory.policyDigest();
    if (!Objects.equals(change.getBasedOn(), current)) {
      String detail = "based on %s: in force is %s".formatted(change.getBasedOn(), current);
      refuse(change, "policy_not_current", detail, out);
    } else if (!problems.isEmpty()) {
      refuse(change, "policy_invalid", String.join("; ", problems), out);
    } else {
      apply(change.getPolicy());
      if (change.getFromSettings()) {
        memory.settingsDigest = memory.policyDigest();
      }
      answer(new Answer(change.getRequestId(), true, "applied", "", Map.of()), out);
    }
  }

  private void apply(Policy policy) {
    Policy before = memory.policy();
    memory.setPolicy(policy);
    memory.boosts = Boosts.within(memory.boosts, policy.getReplay());
    hygiene.enforce(policy.getHygiene());
    admission.enforce(before, policy);
    stages.enforce(policy);
    reservoirs.enforce(policy.getReplay());
    probes.shrink(policy.getProbesPerSkill());
  }

  private void refuse(PolicyChange change, String reason, String detail, MixOutput out) {
    ignore(reason, change.getRequestId() + ": " + detail, out);
    answer(new Answer(change.getRequestId(), false, reason, detail, Map.of()), out);
  }

  private void answer(Answer answer, MixOutput out) {
    out.report(new Report(Instant.ofEpochMilli(memory.lastTick), answer));
  }

  private void command(Command command, MixOutput out) {
    if (command.getKind() == CommandKind.ERASE) {
      erase(command, out);
    } else if (command.getKind() != CommandKind.FLUSH) {
      control(command.getRequestId(), command.getKind(), command.getArgument(), out);
    } else if (memory.flushes.size() < MAX_FLUSHES) {
      memory.flushes.add(new PendingFlush(command.getRequestId(), memory.nextCandidate));
    } else {
      ignore("too_many_flushes", command.getRequestId(), out);
    }
  }

  /** The trainer is told in any case: it may have probes and windows that nothing here knows of. */
  private void erase(Command command, MixOutput out) {
    String pairId = command.getArgument();
    if (pairId == null) {
      String detail = "the command names no pair";
      ignore("erase_nothing", command.getRequestId() + ": " + detail, out);
      answer(new Answer(command.getRequestId(), false, "erase_nothing", detail, Map.of()), out);
      return;
    }
    Map<String, Long> left = erasure.of(pairId);
    control(command.getRequestId(), CommandKind.ERASE, pairId, out);
    answer(new Answer(command.getRequestId(), true, "applied", "", left), out);
  }

  private boolean completeFlushes(MixOutput out) {
    boolean any = false;
    while (!memory.flushes.isEmpty()
        && !admission.pools().holdsOlderThan(memory.flushes.get(0).getBefore())) {
      memory.flushed = memory.flushes.remove(0).getRequestId();
      control(memory.flushed, CommandKind.FLUSH, null, out);
      any = true;
    }
    changed |= any;
    return any;
  }

  private void control(
      String requestId, CommandKind kind, @Nullable String argument, MixOutput out) {
    out.window(memory.books.lastWindow, new WindowRecord(new Control(requestId, kind, argument)));
  }

  private void ignore(String reason, String detail, MixOutput out) {
    memory.books.ignored(reason);
    out.ignored(reason, detail);
  }

  private void report(MixOutput out) {
    changed = false;
    out.report(
        new Report(
            Instant.ofEpochMilli(memory.lastTick),
            memory
                .books
                .report(admission.pools().sizes())
                .setLedgerOffset(memory.ledgerOffset)
                .setFlushed(memory.flushed)
                .setPolicyDigest(memory.policyDigest())
                .setPolicy(memory.policy())
                .setStage(stages.stage())
                .setCycle(memory.cycle == null ? 0 : memory.cycle.number)
                .setReservoirs(reservoirs.kept())
                .setPlanned(memory.planned)
                .setBoosts(memory.boosts)
                .build()));
  }
}
