package dev.alluvium.streams.mix;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyChange;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.Tick;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.streams.mix.fold.MixFold;
import dev.alluvium.streams.mix.fold.MixOutput;
import java.time.Duration;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds the ledger to the fold and writes what comes out. The wall clock enters only as ticks that
 * this processor writes to the ledger, and the settings only as a policy change, so that both are
 * data when they take effect.
 */
final class MixProcessor implements Processor<String, LedgerEntry, String, SpecificRecord> {
  static final String WINDOWS = "mix-windows";
  static final String REPORTS = "mix-reports";
  static final String LEDGER = "mix-ticks";
  static final String REPORT_KEY = "mix";
  static final String TICK = "tick";
  static final String POLICY = "policy";

  private static final Logger LOG = LoggerFactory.getLogger(MixProcessor.class);

  private final Duration tick;
  private final Policy policy;
  private @Nullable PolicyProposal proposal;
  private @Nullable ProcessorContext<String, SpecificRecord> context;
  private @Nullable MixFold fold;

  MixProcessor(Duration tick, Policy policy) {
    this.tick = tick;
    this.policy = policy;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    this.context = context;
    this.fold = new MixFold(StateStores.of(context));
    // The same processor is initialised again after an aborted transaction, which took with it what
    // was proposed: the proposal begins anew, like the fold.
    this.proposal = new PolicyProposal(policy);
    context.schedule(tick, PunctuationType.WALL_CLOCK_TIME, this::tick);
  }

  @Override
  public void process(Record<String, LedgerEntry> record) {
    ProcessorContext<String, SpecificRecord> to = requireNonNull(context);
    long offset = to.recordMetadata().orElseThrow().offset();
    requireNonNull(fold).fold(offset, record.value(), new Forward(to, record.timestamp(), offset));
  }

  private void tick(long now) {
    MixFold mixed = requireNonNull(fold);
    PolicyChange change =
        requireNonNull(proposal).next(mixed.policyDigest(), mixed.settingsDigest());
    if (change != null) {
      toLedger(POLICY, change, now);
    }
    toLedger(TICK, new Tick(Instant.ofEpochMilli(now)), now);
  }

  private void toLedger(String kind, SpecificRecord entry, long now) {
    requireNonNull(context).forward(new Record<>(kind, new LedgerEntry(entry), now), LEDGER);
  }

  /** Writes the fold's results to the topics. */
  private record Forward(
      ProcessorContext<String, SpecificRecord> to, long timestamp, long ledgerOffset)
      implements MixOutput {
    @Override
    public void window(long windowId, WindowRecord record) {
      to.forward(new Record<>(Long.toString(windowId), record, timestamp), WINDOWS);
      if (record.getRecord() instanceof WindowClose close) {
        LOG.debug(
            "window {} closed by {} at ledger offset {}: {} examples, {}",
            windowId,
            close.getReason(),
            ledgerOffset,
            close.getExamples(),
            close.getPerSkill());
      }
    }

    @Override
    public void report(Report report) {
      to.forward(new Record<>(REPORT_KEY, report, timestamp), REPORTS);
    }

    @Override
    public void ignored(String reason, String detail) {
      LOG.debug("ledger entry {} has no effect: {}: {}", ledgerOffset, reason, detail);
    }
  }
}
