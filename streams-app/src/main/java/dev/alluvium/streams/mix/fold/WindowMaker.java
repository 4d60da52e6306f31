package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.schemas.avro.WindowReport;
import dev.alluvium.streams.mix.quota.Plan;
import dev.alluvium.streams.mix.quota.Planner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes the next window of what waits, as soon as the policy and the trainer's pace allow one. */
final class WindowMaker {
  private final MixMemory memory;
  private final Admission admission;
  private final ProbeSets probes;
  private final OpenWindows open;
  private final Stages stages;
  private final Replay replay;

  WindowMaker(
      MixMemory memory,
      Admission admission,
      ProbeSets probes,
      OpenWindows open,
      Stages stages,
      Replay replay) {
    this.memory = memory;
    this.admission = admission;
    this.probes = probes;
    this.open = open;
    this.stages = stages;
    this.replay = replay;
  }

  /** Takes one step: writes a window, or ends a stage; false when there is nothing to do now. */
  boolean step(MixOutput out) {
    Policy policy = memory.policy();
    if (policy == null) {
      return false;
    }
    return switch (stages.turn(policy, flushing())) {
      case CYCLE_ENDS -> endCycle(out);
      case GENERAL_BEGINS -> true;
      case WAITS -> {
        memory.openedAt = null;
        yield false;
      }
      case NONE -> window(policy, out);
    };
  }

  private boolean endCycle(MixOutput out) {
    Control end = new Control("cycle-" + stages.cycle(), CommandKind.CYCLE, null);
    out.window(memory.books.lastWindow, new WindowRecord(end));
    return true;
  }

  private boolean window(Policy policy, MixOutput out) {
    if (ahead() >= policy.getMaxAhead()) {
      stages.blocked();
      memory.openedAt = null;
      return false;
    }
    Optional<Plan> plan = plan(policy);
    if (plan.isPresent()) {
      if (!admission.expireContaminated(plan.get().taken())) {
        write(plan.get(), policy, out);
      }
      return true;
    }
    return switch (stages.giveWay(policy)) {
      case CYCLE_ENDS -> endCycle(out);
      case GENERAL_BEGINS -> true;
      case WAITS, NONE -> false;
    };
  }

  private boolean flushing() {
    return !memory.flushes.isEmpty();
  }

  private long ahead() {
    return memory.books.lastWindow - memory.books.lastOutcome();
  }

  private Optional<Plan> plan(Policy policy) {
    if (!admission.anyWaits(policy, stages)) {
      memory.openedAt = null;
      return Optional.empty();
    }
    if (memory.openedAt == null) {
      memory.openedAt = memory.clock;
    }
    boolean timeUp = memory.clock - memory.openedAt >= policy.getWindowMillis();
    return new Planner(
            admission.shares(policy, stages),
            memory.carry,
            policy,
            admission.pools(),
            stages.most(policy))
        .plan(flushing(), timeUp);
  }

  private void write(Plan plan, Policy policy, MixOutput out) {
    String stage = stages.stage();
    WindowWriter.Heading heading =
        new WindowWriter.Heading(
            memory.books.lastWindow + 1,
            Objects.requireNonNull(memory.policyDigest()),
            memory.digest(),
            stage,
            memory.ledgerOffset);
    long id = heading.windowId();
    SortedMap<String, Long> origins = new TreeMap<>();
    List<Content> contents = new ArrayList<>();
    plan.taken().forEach((skill, n) -> contents.addAll(admission.take(skill, n)));
    contents.forEach(
        c -> origins.merge(c.candidate().getTarget().getOrigin().name(), 1L, Long::sum));
    List<Content> replayed = replay.draw(id, plan.examples(), policy);
    contents.addAll(replayed);
    open.written(id, WindowWriter.write(heading, plan, probes.take(), contents, out));
    memory.books.closed(id, plan.examples(), origins);
    Replay.count(memory.books.replayed, replayed);
    report(heading, plan, contents, replayed, out);
    memory.carry.keySet().removeIf(skill -> stages.belongs(policy, skill));
    memory.carry.putAll(plan.carry());
    memory.planned = plan.planned();
    memory.openedAt = null;
  }

  private void report(
      WindowWriter.Heading heading,
      Plan plan,
      List<Content> contents,
      List<Content> replayed,
      MixOutput out) {
    SortedMap<String, Long> tokens = new TreeMap<>();
    for (Content content : contents) {
      tokens.merge(
          content.candidate().getSkill(),
          (long) content.candidate().getEstimatedTokens(),
          Long::sum);
    }
    out.report(
        new Report(
            Instant.ofEpochMilli(memory.lastTick),
            WindowReport.newBuilder()
                .setWindowId(heading.windowId())
                .setLedgerOffset(heading.ledgerOffset())
                .setStage(heading.stage())
                .setPlanned(plan.planned())
                .setExamples(plan.taken())
                .setReplayed(Replay.counts(replayed))
                .setArrived(memory.books.arrived())
                .setEstimatedTokens(tokens)
                .build()));
  }
}
