package dev.alluvium.schemas.serde;

import dev.alluvium.schemas.avro.AdmittedProbe;
import dev.alluvium.schemas.avro.AlarmEvent;
import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.AskState;
import dev.alluvium.schemas.avro.AskedPair;
import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.CurateState;
import dev.alluvium.schemas.avro.DmtCycle;
import dev.alluvium.schemas.avro.DmtRules;
import dev.alluvium.schemas.avro.DriftAlarm;
import dev.alluvium.schemas.avro.DriftReport;
import dev.alluvium.schemas.avro.Edition;
import dev.alluvium.schemas.avro.Editions;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.HygieneRules;
import dev.alluvium.schemas.avro.MixState;
import dev.alluvium.schemas.avro.OpenContents;
import dev.alluvium.schemas.avro.OpenPlace;
import dev.alluvium.schemas.avro.OpenWindow;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.PendingFlush;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyKind;
import dev.alluvium.schemas.avro.PooledCandidate;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.PromotedVersion;
import dev.alluvium.schemas.avro.QuotaUnit;
import dev.alluvium.schemas.avro.RateDrift;
import dev.alluvium.schemas.avro.RateTotals;
import dev.alluvium.schemas.avro.RememberedText;
import dev.alluvium.schemas.avro.ReplayRules;
import dev.alluvium.schemas.avro.ShareSum;
import dev.alluvium.schemas.avro.SkillDrift;
import dev.alluvium.schemas.avro.SkillTargets;
import dev.alluvium.schemas.avro.StandingAlarm;
import dev.alluvium.schemas.avro.TrainedExample;
import dev.alluvium.schemas.avro.TrainedWindow;
import dev.alluvium.schemas.avro.ValidPair;
import dev.alluvium.schemas.avro.WatchState;
import dev.alluvium.schemas.avro.WatchedWindow;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** One filled record of each state store and internal topic. */
final class StoreSamples {
  private StoreSamples() {}

  static SpecificRecord of(Class<? extends SpecificRecord> type) {
    return switch (type.getSimpleName()) {
      case "ValidPair" ->
          new ValidPair(
              (Pair) Samples.of(Pair.class),
              ByteBuffer.wrap(new byte[] {1, 2}),
              Samples.candidate().getPosition(),
              Instant.parse("2026-01-01T12:00:00Z"));
      case "Editions" -> new Editions(List.of(new Edition("a1", "00ff")));
      case "CurateState" ->
          new CurateState(
              new CurateReport(
                  "dedup-0",
                  0L,
                  Map.of(),
                  2L,
                  1L,
                  Map.of("math", 6L),
                  Map.of("math", 1L),
                  0L,
                  Map.of("email", 1L)),
              3L,
              10L);
      case "AskedPair" ->
          AskedPair.newBuilder()
              .setTicket("3fa9")
              .setAdmittedAt(1_400L)
              .setCandidate(Samples.candidate())
              .setMeta(Map.of("judge", "\"number\""))
              .setRequest((GenerationRequest) Samples.of(GenerationRequest.class))
              .setAskedAt(1_500L)
              .setStartedAt(1_600L)
              .build();
      case "AskState" -> new AskState(askReport(), 3L, 10L);
      case "PooledCandidate" -> new PooledCandidate(Samples.candidate(), 1_500L, 2L);
      case "AdmittedProbe" ->
          new AdmittedProbe(
              4L,
              List.of(-7L, 11L),
              Probe.newBuilder()
                  .setPairId("a2")
                  .setSkill("math")
                  .setGroup("9f")
                  .setPrompt(Samples.candidate().getPrompt())
                  .setGold("Five.")
                  .setPosition(Samples.candidate().getPosition())
                  .build(),
              null);
      case "MixState" -> mixState();
      case "WatchState" ->
          new WatchState(
              7L,
              Map.of("dedup-0", new RateTotals(Map.of("duplicates", 2L), Map.of("duplicates", 9L))),
              new RateTotals(Map.of("duplicates", 1L), Map.of("duplicates", 3L)),
              Map.of("math/up", new ShareSum(1.5, 3L, 10L, 6L)),
              List.of(new StandingAlarm("arrived_share", "math", 5L, 0.25, 1)));
      case "WatchedWindow" -> watchedWindow();
      case "OpenContents" ->
          new OpenContents(List.of(new OpenPlace("math|000000000000000c", false, false)));
      case "RememberedText" ->
          new RememberedText("9f", ByteBuffer.wrap(new byte[] {1, 2, 3}), 1_500L, 0L);
      case "TrainedWindow" ->
          new TrainedWindow(1, Map.of("math", 4L), Map.of("GOLD", 3L, "MODEL", 2L));
      case "TrainedExample" -> new TrainedExample(Samples.candidate(), 3L);
      default -> throw new IllegalArgumentException("no sample of " + type);
    };
  }

  private static WatchedWindow watchedWindow() {
    DriftReport report =
        DriftReport.newBuilder()
            .setWindowId(7L)
            .setSkills(Map.of("math", new SkillDrift(0.5, 0.25, null, 0.25, 0.5, null)))
            .setPsi(0.125)
            .setRates(Map.of("duplicates", new RateDrift(0.25, 0.125, 8L, 0.5)))
            .setAlarms(
                List.of(
                    new DriftAlarm(
                        AlarmEvent.ALARM, "arrived_share", "math", 12.5, 11.0, "math arrives")))
            .setStanding(Map.of("arrived_share/math", 7L))
            .build();
    return new WatchedWindow(
        7L,
        Map.of("math", 3),
        Map.of("math", 1),
        Map.of("math", 9L),
        Map.of("math", 4L),
        Map.of("math", 80L),
        Map.of(),
        Map.of("duplicates", 1L),
        Map.of("duplicates", 3L),
        report);
  }

  private static AskReport askReport() {
    return AskReport.newBuilder()
        .setTask("ask-0")
        .setWaiting(7L)
        .setParked(5L)
        .setParkedBytes(900L)
        .setSkills(
            Map.of(
                "math",
                new SkillTargets(
                    Map.of("MODEL", 2L),
                    Map.of("right_answer", 2L),
                    Map.of("answer_accepted", 2L),
                    1L,
                    0.5,
                    1.5)))
        .setRequests(Map.of("ANSWER", 4L))
        .setResults(Map.of("ANSWER", 2L))
        .setLate(1L)
        .setRetries(Map.of("deadline", 1L))
        .setPromptTokens(30L)
        .setTokens(40L)
        .setLatencyMillis(50L)
        .setWaitMillis(60L)
        .setCost(0.25)
        .build();
  }

  private static MixState mixState() {
    return MixState.newBuilder()
        .setFoldVersion(1)
        .setLedgerOffset(77L)
        .setLastTick(1_767_268_800_000L)
        .setClock(60_000L)
        .setOpenedAt(59_000L)
        .setNextCandidate(12L)
        .setPolicy(
            Policy.newBuilder()
                .setKind(PolicyKind.DMT)
                .setWeights(Map.of("math", 2))
                .setDefaultWeight(1)
                .setUnit(QuotaUnit.EXAMPLES)
                .setStrict(true)
                .setCaps(Map.of("math", 40))
                .setDrain(true)
                .setWindowExamples(64)
                .setWindowTokens(65_536)
                .setWindowMillis(30_000)
                .setMinFill(8)
                .setMaxCarry(64)
                .setPoolExamples(10_000)
                .setPoolMillis(60_000)
                .setProbesPerSkill(200)
                .setMaxAhead(2)
                .setMaxStaleness(3)
                .setReplay(new ReplayRules(50_000, Map.of("math", 1), 1_000, 1L << 20, 1))
                .setHygiene(new HygieneRules(800_000, 20_000, 60_000L, 500_000))
                .setDmt(new DmtRules(List.of("general"), 8, 1_024, 1L, 256L, 16, 300_000))
                .build())
        .setCarry(Map.of("math", -500_000L))
        .setCandidates(Map.of("math", 12L))
        .setExpired(Map.of("pool_full", 1L))
        .setIgnored(Map.of("tick_backwards", 1L))
        .setHeldOut(3L)
        .setProbes(Map.of("math", 2))
        .setNextProbe(2L)
        .setTrained(4L)
        .setRefused(1L)
        .setQuarantined(0L)
        .setOrigins(Map.of("GOLD", 5L))
        .setLastWindow(2L)
        .setOpen(List.of(new OpenWindow(2L, 3, Map.of("GOLD", 3L))))
        .setFlushes(List.of(new PendingFlush("f1", 9L)))
        .setFlushed("f0")
        .setPlanned(Map.of("math", 3))
        .setPromoted(List.of(new PromotedVersion(7L, 2L, Map.of())))
        .setQuarantinedVersions(List.of(6L))
        .setSettingsDigest("9a")
        .setTrainedBySkill(Map.of("math", 4L))
        .setReplayed(Map.of("math", 1L))
        .setReplayDue(250_000)
        .setReplayCarry(Map.of("math", 500_000L))
        .setCycle(new DmtCycle(1L, true, 2, 30, 64, Map.of("math", 4), Map.of("math", 1), null))
        .build();
  }
}
