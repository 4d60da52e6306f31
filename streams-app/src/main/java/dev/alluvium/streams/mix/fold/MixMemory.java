package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.MixState;
import dev.alluvium.schemas.avro.OpenWindow;
import dev.alluvium.schemas.avro.PendingFlush;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PromotedVersion;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.message.SchemaStore;
import org.jspecify.annotations.Nullable;

/**
 * The fold's memory beside pools and probe sets, as fields. Maps are sorted, so that equal memories
 * are equal bytes.
 */
final class MixMemory {
  private static final AvroSerde<MixState> BYTES =
      AvroSerde.of(MixState.class, new SchemaStore.Cache());

  final Books books = new Books();
  final List<PendingFlush> flushes = new ArrayList<>();
  SortedMap<String, Long> carry = new TreeMap<>();
  SortedMap<String, Integer> planned = new TreeMap<>();
  Map<String, Integer> probes = new TreeMap<>();
  long ledgerOffset = -1;
  long lastTick;
  long clock;
  @Nullable Long openedAt;
  long nextCandidate;
  long nextProbe;
  long replayDue;
  SortedMap<String, Long> replayCarry = new TreeMap<>();
  SortedMap<String, Integer> boosts = new TreeMap<>();
  @Nullable Cycle cycle;
  @Nullable String settingsDigest;
  final Versions versions = new Versions();
  @Nullable String flushed;
  private @Nullable Policy policy;
  private @Nullable String policyDigest;

  /** The memory a row of state holds; a new one when there is no row. */
  static MixMemory of(@Nullable MixState state) {
    MixMemory memory = new MixMemory();
    if (state != null) {
      memory.read(state);
    }
    return memory;
  }

  private void read(MixState state) {
    if (state.getFoldVersion() != MixFold.VERSION) {
      throw new IllegalStateException(
          "the mixer's state was written by fold version %d: this build continues version %d only; run the build that wrote it, or start a new namespace"
              .formatted(state.getFoldVersion(), MixFold.VERSION));
    }
    ledgerOffset = state.getLedgerOffset();
    lastTick = state.getLastTick();
    clock = state.getClock();
    openedAt = state.getOpenedAt();
    nextCandidate = state.getNextCandidate();
    carry = new TreeMap<>(state.getCarry());
    books.candidates.putAll(state.getCandidates());
    books.reported.putAll(state.getReported());
    books.expired.putAll(state.getExpired());
    books.ignored.putAll(state.getIgnored());
    books.origins.putAll(state.getOrigins());
    books.heldOut = state.getHeldOut();
    books.trained = state.getTrained();
    books.refused = state.getRefused();
    books.quarantined = state.getQuarantined();
    books.lastWindow = state.getLastWindow();
    for (OpenWindow window : state.getOpen()) {
      books.open.add(
          new OpenWindow(
              window.getWindowId(), window.getExamples(), new TreeMap<>(window.getOrigins())));
    }
    probes = new TreeMap<>(state.getProbes());
    nextProbe = state.getNextProbe();
    flushes.addAll(state.getFlushes());
    flushed = state.getFlushed();
    planned = new TreeMap<>(state.getPlanned());
    for (PromotedVersion version : state.getPromoted()) {
      versions.promoted.add(
          new PromotedVersion(
              version.getNumber(), version.getLastWindow(), new TreeMap<>(version.getBoosts())));
    }
    versions.quarantined.addAll(state.getQuarantinedVersions());
    books.stale = state.getStale();
    books.trainedBySkill.putAll(state.getTrainedBySkill());
    books.replayed.putAll(state.getReplayed());
    replayDue = state.getReplayDue();
    replayCarry = new TreeMap<>(state.getReplayCarry());
    cycle = state.getCycle() == null ? null : Cycle.of(state.getCycle());
    settingsDigest = state.getSettingsDigest();
    boosts = new TreeMap<>(state.getBoosts());
    if (state.getPolicy() != null) {
      setPolicy(state.getPolicy());
    }
  }

  @Nullable Policy policy() {
    return policy;
  }

  @Nullable String policyDigest() {
    return policyDigest;
  }

  void setPolicy(Policy next) {
    policy = PolicyRules.sorted(next);
    policyDigest = PolicyRules.digest(next);
  }

  /** The row of state. */
  MixState state() {
    return new MixState(
        MixFold.VERSION,
        ledgerOffset,
        lastTick,
        clock,
        openedAt,
        nextCandidate,
        policy,
        carry,
        new TreeMap<>(books.candidates),
        new TreeMap<>(books.reported),
        new TreeMap<>(books.expired),
        new TreeMap<>(books.ignored),
        books.heldOut,
        new TreeMap<>(probes),
        nextProbe,
        books.trained,
        books.refused,
        books.quarantined,
        new TreeMap<>(books.origins),
        books.lastWindow,
        List.copyOf(books.open),
        List.copyOf(flushes),
        flushed,
        planned,
        List.copyOf(versions.promoted),
        List.copyOf(versions.quarantined),
        books.stale,
        settingsDigest,
        new TreeMap<>(books.trainedBySkill),
        new TreeMap<>(books.replayed),
        replayDue,
        replayCarry,
        cycle == null ? null : cycle.row(),
        boosts);
  }

  /** SHA-256 of the row of state. */
  String digest() {
    return Digests.sha256(BYTES.toBytes(state()));
  }
}
