package dev.alluvium.streams.dashboard.history;

import dev.alluvium.schemas.avro.AlarmEvent;
import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.DriftAlarm;
import dev.alluvium.schemas.avro.DriftReport;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.ProbeComparison;
import dev.alluvium.schemas.avro.ProbeResult;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.SkillTargets;
import dev.alluvium.schemas.avro.SkillTransfer;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.schemas.avro.WindowReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * A made-up pipeline that reports as the real ones do: one window a second of 64 examples, whose
 * first skill grows in the middle of the stream, with everything that a page can show.
 */
public final class Flow {
  /** Examples of a window. */
  public static final int WINDOW = 64;

  private static final int CYCLE = 1_000;

  /** Windows the mixer is ahead of the trainer. */
  private static final int AHEAD = 2;

  private static final double[] BASE = {0.35, 0.25, 0.2, 0.12, 0.08};

  private final UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(5);
  private final List<String> skills;
  private final Map<String, Long> come = new TreeMap<>();
  private final Map<String, Long> taken = new TreeMap<>();
  private final Map<String, Long> origins = new TreeMap<>();
  private long window;
  private long steps;
  private final long total;

  /**
   * A pipeline.
   *
   * @param total windows it will have
   */
  public Flow(List<String> skills, long total) {
    this.skills = skills;
    this.total = total;
  }

  /** The reports of one more window, in the order of the log. */
  public List<Report> next(long time) {
    window++;
    Map<String, Integer> plan = new LinkedHashMap<>();
    Map<String, Long> arrived = new LinkedHashMap<>();
    Map<String, Long> tokens = new LinkedHashMap<>();
    double shift = window > total * 0.62 ? 0.18 : 0;
    for (int i = 0; i < skills.size(); i++) {
      double share = BASE[i % BASE.length] * BASE.length / skills.size();
      plan.put(skills.get(i), (int) Math.round(WINDOW * share));
      double moved = share * (1 - shift) + (i == 0 ? shift : 0);
      arrived.put(skills.get(i), Math.round(WINDOW * moved * (0.7 + 0.6 * random.nextDouble())));
      tokens.put(
          skills.get(i), Math.round(40 * WINDOW * share * (0.8 + 0.4 * random.nextDouble())));
    }
    arrived.forEach((skill, n) -> come.merge(skill, n, Long::sum));
    skills.forEach(
        skill ->
            taken.merge(
                skill,
                Math.min(plan.get(skill), come.get(skill) - taken.getOrDefault(skill, 0L)),
                Long::sum));
    boolean general = window % CYCLE > CYCLE * 0.7;
    List<Report> reports = new ArrayList<>();
    reports.add(report(time, curate()));
    reports.add(report(time, asked()));
    reports.add(
        report(
            time,
            new WindowReport(
                window,
                window * 80,
                general ? "general" : "specialised",
                new TreeMap<>(plan),
                new TreeMap<>(plan),
                Map.of(skills.get(0), general ? 4 : 1),
                new TreeMap<>(arrived),
                new TreeMap<>(tokens))));
    if (window > AHEAD) {
      reports.add(report(time, trained(tokens)));
    }
    reports.add(report(time, mix(plan)));
    if (window % 20 == 0) {
      reports.add(report(time, drift(shift > 0)));
    }
    return reports;
  }

  private CurateReport curate() {
    long received = sum(come) * 12 / 10;
    return new CurateReport(
        "0_0",
        received,
        Map.of("bad_json", received / 200, "no_response", received / 400),
        received / 25,
        received / 300,
        new TreeMap<>(come),
        Map.of(skills.get(0), received / 40, skills.get(skills.size() - 1), received / 60),
        received / 80,
        Map.of("email", received / 90));
  }

  private AskReport asked() {
    Map<String, SkillTargets> targets = new TreeMap<>();
    come.forEach(
        (skill, n) ->
            targets.put(
                skill,
                new SkillTargets(
                    Map.of("MODEL", n / 2, "PARAPHRASE", n / 5, "GOLD", n - n / 2 - n / 5),
                    Map.of("right_answer", n / 2, "no_right_text", n / 4),
                    Map.of("answer_accepted", n / 2),
                    0L,
                    0.0,
                    0.0)));
    long all = sum(come);
    return new AskReport(
        "0_0",
        37L,
        5L,
        4_096L,
        targets,
        Map.of("ANSWER", all),
        Map.of("ANSWER", all),
        3L,
        Map.of("deadline", 2L),
        all * 20,
        all * 30,
        all * 400,
        all * 900 + window,
        0.25);
  }

  private TrainReport trained(Map<String, Long> tokens) {
    steps += 4;
    double progress = window / (double) total;
    double loss = 2.4 * Math.exp(-2.2 * progress) + 1.1 + 0.25 * (random.nextDouble() - 0.5);
    Map<String, Map<String, Long>> by = new TreeMap<>();
    long model = Math.round(20 + 25 * progress);
    Map<String, Long> counts =
        Map.of("MODEL", model, "PARAPHRASE", 12L, "GOLD", WINDOW - 12 - model);
    counts.forEach((origin, n) -> origins.merge(origin, n, Long::sum));
    by.put(skills.get(0), counts);
    return new TrainReport(
        window - AHEAD,
        WINDOW,
        new TreeMap<>(tokens),
        loss,
        loss * 0.93,
        steps,
        0L,
        0,
        740L,
        2e-4,
        by,
        24,
        300L,
        loss * 1.4,
        Map.of(skills.get(0), 0.8, skills.get(1), 0.4),
        0.07);
  }

  private MixReport mix(Map<String, Integer> plan) {
    Map<String, Long> pooled = new TreeMap<>();
    come.forEach((skill, n) -> pooled.put(skill, n - taken.get(skill)));
    return MixReport.newBuilder()
        .setLedgerOffset(window * 80)
        .setCandidates(new TreeMap<>(come))
        .setHeldOut(sum(come) / 20)
        .setPooled(pooled)
        .setExpired(Map.of("superseded", window / 10))
        .setQueued((long) AHEAD * WINDOW)
        .setTrained((window - AHEAD) * WINDOW)
        .setRefused(window / 50)
        .setQuarantined(0L)
        .setOrigins(new TreeMap<>(origins))
        .setLastWindow(window)
        .setLastOutcome(window - AHEAD)
        .setPlanned(new TreeMap<>(plan))
        .setStale(4L)
        .setCycle(window / CYCLE)
        .setReplayed(Map.of(skills.get(0), window))
        .setReservoirs(Map.of(skills.get(0), 256))
        .setBoosts(Map.of(skills.get(0), 2))
        .setIgnored(Map.of("probe_known", 3L))
        .build();
  }

  private DriftReport drift(boolean shifted) {
    boolean first = shifted && window - 20 <= total * 0.62;
    DriftAlarm alarm =
        new DriftAlarm(
            AlarmEvent.ALARM,
            "arrived_share",
            skills.get(0),
            0.18,
            0.1,
            skills.get(0)
                + " arrives with 47 % instead of 35 %: 18 points more than in the reference");
    return DriftReport.newBuilder()
        .setWindowId(window)
        .setSkills(Map.of())
        .setPsi(shifted ? 0.16 + 0.03 * random.nextDouble() : 0.01 + 0.01 * random.nextDouble())
        .setJs(shifted ? 0.03 : 0.002)
        .setEffect(shifted ? 0.18 : 0.02)
        .setTrainedPsi(0.004 + 0.004 * random.nextDouble())
        .setAlarms(first ? List.of(alarm) : List.of())
        .setStanding(
            shifted ? Map.of("arrived_share/" + skills.get(0), Math.round(total * 0.62)) : Map.of())
        .build();
  }

  /** A version after these windows. */
  public ModelVersion version(int number, long lastWindow, VersionStatus status, String reason) {
    Map<String, ProbeComparison> probes = new TreeMap<>();
    for (int i = 0; i < skills.size(); i++) {
      double before = 12 + 3 * i;
      double after = before * (1 - 0.04 * number / (i + 1)) * (1 + 0.01 * random.nextDouble());
      probes.put(
          skills.get(i),
          new ProbeComparison(
              new ProbeResult(before, 0.1 + 0.05 * i, 120, null, 0),
              new ProbeResult(after, Math.min(0.95, 0.1 + 0.05 * i + 0.04 * number), 120, null, 0),
              null));
    }
    Map<String, SkillTransfer> transfer = new TreeMap<>();
    for (int i = 0; i < skills.size(); i++) {
      boolean trained = i < skills.size() - 1;
      transfer.put(
          skills.get(i),
          new SkillTransfer(
              0.01 * number / (i + 1),
              0.001,
              trained ? null : 0.02 * number,
              trained ? 0.03 - 0.01 * number * i : null));
    }
    return ModelVersion.newBuilder()
        .setVersion("v%06d".formatted(number))
        .setStatus(status)
        .setReason(reason)
        .setMethod("lora")
        .setPath("/store/v" + number)
        .setCheckpoint("c" + number)
        .setFirstWindow(Math.max(1, lastWindow - CYCLE + 1))
        .setLastWindow(lastWindow)
        .setProbes(probes)
        .setTransfer(transfer)
        .setDigest("d")
        .setCreatedAt(Instant.parse("2026-11-22T10:00:00Z").plusSeconds(lastWindow))
        .build();
  }

  /** Reports so many more windows, at one a second, the last at a time, and eight versions. */
  public void fill(History history, int windows, Instant end) {
    history.beginsWithTheFirstReport();
    for (int i = windows - 1; i >= 0; i--) {
      more(history, end.minusSeconds(i));
    }
    for (int v = 1; v <= 8; v++) {
      VersionStatus status =
          v == 5 ? VersionStatus.HELD : v == 6 ? VersionStatus.ROLLED_BACK : VersionStatus.PROMOTED;
      String reason =
          v == 5 || v == 6
              ? skills.get(0) + ": perplexity 7 % above its reference, budget 5 %"
              : "no skill lost more than its budget";
      history.accept(version(v, v * (long) windows / 8, status, reason));
    }
    history.accept(new FeedState(FeedState.Phase.LIVE, "", 0, 0, end));
  }

  /** Reports one more window. */
  public void more(History history, Instant time) {
    next(time.toEpochMilli()).forEach(report -> history.accept(time.toEpochMilli(), report));
  }

  private static Report report(long time, Object body) {
    return new Report(Instant.ofEpochMilli(time), body);
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
