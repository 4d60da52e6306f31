package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.CloseReason;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.PendingFlush;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyChange;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Promotion;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.Tick;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.schemas.avro.WindowReport;
import dev.alluvium.streams.policy.PolicyRules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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
  public static final int VERSION = 1;

  /** The longest step of the clock between two ticks: an outage ages nothing. */
  static final long MAX_STEP_MILLIS = 60_000;

  /** Most flushes that wait at a time; one more is ignored. */
  static final int MAX_FLUSHES = 16;

  private final MixStore store;
  private final MixMemory memory;
  private final ProbeSets probes;
  private final Admission admission;
  private boolean changed = true;

  /** A fold that goes on from what the store holds. */
  public MixFold(MixStore store) {
    this.store = store;
    this.memory = MixMemory.of(store.state());
    this.probes = new ProbeSets(store, memory.probes, memory.nextProbe);
    this.admission = new Admission(memory, new Pools(store));
  }

  /** Digest of the policy in force; null before the first. */
  public @Nullable String policyDigest() {
    return memory.policyDigest();
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
    boolean tell = apply(entry.getEntry(), out);
    while (closeWindow(out)) {
      tell = true;
    }
    tell |= completeFlushes(out);
    memory.probes = probes.sizes();
    memory.nextProbe = probes.next();
    store.putState(memory.state());
    if (tell && changed) {
      report(out);
    }
  }

  /** Applies an entry; true when the books should be told even if no window follows. */
  private boolean apply(Object entry, MixOutput out) {
    if (entry instanceof Tick tick) {
      return tick(tick.getTime().toEpochMilli(), out);
    }
    changed = true;
    if (entry instanceof Candidate candidate) {
      admission.admit(candidate);
      return false;
    }
    if (entry instanceof Probe probe) {
      hold(probe, out);
      return false;
    }
    if (entry instanceof PolicyChange change) {
      change(change, out);
    } else if (entry instanceof Command command) {
      command(command, out);
    } else if (entry instanceof Promotion promotion) {
      admission.promoted(promotion.getNumber());
    } else if (entry instanceof Outcome outcome) {
      if (!memory.books.decided(outcome)) {
        ignore(
            "outcome_unknown",
            "window %d has no open outcome".formatted(outcome.getWindowId()),
            out);
      }
    } else {
      ignore("unknown_entry", entry.getClass().getName(), out);
    }
    return true;
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
  }

  private void change(PolicyChange change, MixOutput out) {
    List<String> problems = PolicyRules.problems(change.getPolicy());
    if (!Objects.equals(change.getBasedOn(), memory.policyDigest())) {
      ignore("policy_not_current", change.getRequestId(), out);
    } else if (!problems.isEmpty()) {
      ignore("policy_invalid", change.getRequestId() + ": " + String.join("; ", problems), out);
    } else {
      memory.setPolicy(change.getPolicy());
      admission.enforce(change.getPolicy());
      probes.shrink(change.getPolicy().getProbesPerSkill());
    }
  }

  private void command(Command command, MixOutput out) {
    if (command.getKind() != CommandKind.FLUSH) {
      control(command.getRequestId(), command.getKind(), command.getArgument(), out);
    } else if (memory.flushes.size() < MAX_FLUSHES) {
      memory.flushes.add(new PendingFlush(command.getRequestId(), memory.nextCandidate));
    } else {
      ignore("too_many_flushes", command.getRequestId(), out);
    }
  }

  private boolean closeWindow(MixOutput out) {
    Policy policy = memory.policy();
    boolean mayOpen =
        policy != null
            && memory.books.lastWindow + 1 - memory.books.lastOutcome() <= policy.getMaxAhead()
            && admission.pools().size() > 0;
    if (policy == null || !mayOpen) {
      memory.openedAt = null;
      return false;
    }
    if (memory.openedAt == null) {
      memory.openedAt = memory.clock;
    }
    Optional<Plan> plan = plan(policy, memory.clock - memory.openedAt);
    plan.ifPresent(p -> write(p, out));
    return plan.isPresent();
  }

  private Optional<Plan> plan(Policy policy, long openMillis) {
    Shares shares = admission.shares(policy);
    long[] carry = shares.carryOf(memory.carry);
    Planner planner = new Planner(shares, carry, policy, admission.pools());
    Plan balanced = planner.balanced();
    if (balanced != null) {
      return Optional.of(balanced);
    }
    if (!memory.flushes.isEmpty()) {
      return Optional.ofNullable(planner.elastic(CloseReason.FLUSH));
    }
    Plan crowded = planner.crowded();
    if (crowded != null) {
      return Optional.of(crowded);
    }
    boolean timeUp = openMillis >= policy.getWindowMillis();
    return timeUp && admission.pools().size() >= policy.getMinFill()
        ? Optional.ofNullable(planner.elastic(CloseReason.TICK))
        : Optional.empty();
  }

  private void write(Plan plan, MixOutput out) {
    changed = true;
    WindowWriter.Heading heading =
        new WindowWriter.Heading(
            memory.books.lastWindow + 1,
            Objects.requireNonNull(memory.policyDigest()),
            memory.digest(),
            memory.ledgerOffset);
    List<Candidate> content = new ArrayList<>();
    plan.taken().forEach((skill, n) -> content.addAll(admission.take(skill, n)));
    SortedMap<String, Long> tokens = new TreeMap<>();
    content.forEach(c -> tokens.merge(c.getSkill(), (long) c.getEstimatedTokens(), Long::sum));
    memory.books.closed(
        heading.windowId(),
        plan.examples(),
        WindowWriter.write(heading, plan, probes.take(), content, out));
    out.report(
        new Report(
            Instant.ofEpochMilli(memory.lastTick),
            WindowReport.newBuilder()
                .setWindowId(heading.windowId())
                .setLedgerOffset(heading.ledgerOffset())
                .setPlanned(plan.planned())
                .setExamples(plan.taken())
                .setArrived(memory.books.arrived())
                .setEstimatedTokens(tokens)
                .build()));
    memory.carry = plan.carry();
    memory.planned = plan.planned();
    memory.openedAt = null;
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
                .setPlanned(memory.planned)
                .build()));
  }
}
