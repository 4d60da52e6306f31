package dev.alluvium.streams.watch.fold;

import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.SkillTargets;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.schemas.avro.WindowReport;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * A made-up flow: pairs arrive by chance, in the shares and at the rates that a test sets and may
 * change between windows, and their reports go where the test says. The same seed makes the same
 * flow.
 */
final class Flow {
  /** Spread of the logarithm of an example's length: the longest of 100 is ten times the median. */
  private static final double LENGTH_SPREAD = 0.8;

  private static final double[] EQUAL = {0.2, 0.2, 0.2, 0.2, 0.2};

  /** Share of each skill in what arrives: s0, s1 and so on. */
  double[] shares = EQUAL;

  /** Candidates between two windows. */
  int arrivals = 256;

  /** Candidates of the same skill that come together. */
  int batch = 1;

  /** Mean length of a skill's examples, in estimated tokens. */
  final double[] lengths;

  double duplicates = 0.03;
  double deadLetters = 0.01;
  double unknownSkill = 0.05;

  /** Share of a skill's texts that judges accept. */
  final double[] acceptance;

  /** Exact tokens by estimated ones. */
  double exact = 1.2;

  /** Share of a window's plan that each skill really gets; the rest is given to s0. */
  double supply = 1;

  /** Whether anything but arrivals is reported; without, a long simulation is quicker. */
  boolean reportsAll = true;

  long window;

  private final UniformRandomProvider random;
  private final Consumer<Report> reports;
  private final Map<String, Long> candidates = new HashMap<>();
  private final long[] accepted;
  private final long[] rejected;
  private long received;
  private long dead;
  private long duplicate;
  private long unknown;

  Flow(long seed, int skills, Consumer<Report> reports) {
    this.random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    this.reports = reports;
    this.lengths = new double[skills];
    this.acceptance = new double[skills];
    this.accepted = new long[skills];
    this.rejected = new long[skills];
    Arrays.fill(lengths, 120);
    Arrays.fill(acceptance, 0.5);
  }

  static String skill(int number) {
    return "s" + number;
  }

  /** The shares after one skill gained so much at the expense of all others alike. */
  static double[] shifted(double[] shares, int skill, double gain) {
    double[] shifted = shares.clone();
    double others = 1 - shares[skill];
    for (int s = 0; s < shares.length; s++) {
      shifted[s] = s == skill ? shares[s] + gain : shares[s] * (others - gain) / others;
    }
    return shifted;
  }

  /** So many windows, each trained as soon as it is closed. */
  void windows(int number) {
    for (int i = 0; i < number; i++) {
      window();
      if (reportsAll) {
        trained(window);
      }
    }
  }

  /** What happens up to the close of one window. */
  void window() {
    window++;
    long[] arrived = arrive();
    if (reportsAll) {
      report(curate("dedup-0"));
      report(ask());
    }
    report(window(arrived));
  }

  private long[] arrive() {
    long[] arrived = new long[shares.length];
    for (int left = arrivals; left > 0; left -= batch) {
      int skill = draw();
      for (int i = 0; i < Math.min(batch, left); i++) {
        arrived[skill]++;
        if (reportsAll) {
          happened(skill);
        }
      }
    }
    return arrived;
  }

  private void happened(int skill) {
    candidates.merge(skill(skill), 1L, Long::sum);
    received++;
    unknown += happens(unknownSkill);
    dead += happens(deadLetters);
    duplicate += happens(duplicates);
    if (happens(acceptance[skill]) == 1) {
      accepted[skill]++;
    } else {
      rejected[skill]++;
    }
  }

  private int draw() {
    double at = random.nextDouble();
    int skill = 0;
    while (skill < shares.length - 1 && at >= shares[skill]) {
      at -= shares[skill++];
    }
    return skill;
  }

  private int happens(double probability) {
    return random.nextDouble() < probability ? 1 : 0;
  }

  private CurateReport curate(String task) {
    return new CurateReport(
        task,
        received + dead,
        Map.of("bad_json", dead),
        duplicate,
        0L,
        new HashMap<>(candidates),
        Map.of(),
        unknown,
        Map.of());
  }

  private AskReport ask() {
    Map<String, SkillTargets> skills = new HashMap<>();
    for (int s = 0; s < accepted.length; s++) {
      skills.put(
          skill(s),
          new SkillTargets(
              Map.of(),
              Map.of(),
              Map.of(
                  "answer_accepted",
                  accepted[s],
                  "answer_rejected",
                  rejected[s],
                  "answer_error",
                  7L),
              0L,
              0.0,
              0.0));
    }
    return AskReport.newBuilder()
        .setTask("ask-0")
        .setWaiting(0)
        .setParked(0)
        .setParkedBytes(0)
        .setSkills(skills)
        .setRequests(Map.of())
        .setResults(Map.of())
        .setLate(0)
        .setRetries(Map.of())
        .setPromptTokens(0)
        .setTokens(0)
        .setLatencyMillis(0)
        .setWaitMillis(0)
        .setCost(0)
        .build();
  }

  private WindowReport window(long[] arrived) {
    Map<String, Integer> planned = new HashMap<>();
    Map<String, Integer> examples = new HashMap<>();
    Map<String, Long> arrivals = new HashMap<>();
    Map<String, Long> tokens = new HashMap<>();
    int each = this.arrivals / shares.length;
    for (int s = 0; s < shares.length; s++) {
      int taken = s == 0 ? each : (int) (each * supply);
      planned.put(skill(s), each);
      examples.put(skill(s), taken);
      arrivals.put(skill(s), arrived[s]);
    }
    int missing = shares.length * each - examples.values().stream().mapToInt(n -> n).sum();
    examples.merge(skill(0), missing, Integer::sum);
    for (int s = 0; s < shares.length; s++) {
      if (reportsAll) {
        tokens.put(skill(s), length(examples.get(skill(s)), lengths[s]));
      }
    }
    return WindowReport.newBuilder()
        .setWindowId(window)
        .setLedgerOffset(window)
        .setPlanned(planned)
        .setExamples(reportsAll ? examples : Map.of())
        .setArrived(arrivals)
        .setEstimatedTokens(tokens)
        .build();
  }

  private long length(int examples, double mean) {
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
    double sum = 0;
    for (int i = 0; i < examples; i++) {
      sum += mean * Math.exp(LENGTH_SPREAD * normal.sample() - LENGTH_SPREAD * LENGTH_SPREAD / 2);
    }
    return Math.round(sum);
  }

  /** A window is trained; its tokens are what its examples' estimates come to. */
  void trained(long windowId) {
    Map<String, Long> tokens = new HashMap<>();
    int each = arrivals / shares.length;
    for (int s = 0; s < shares.length; s++) {
      int taken =
          s == 0
              ? each + (shares.length - 1) * (each - (int) (each * supply))
              : (int) (each * supply);
      if (taken > 0) {
        tokens.put(skill(s), Math.round(taken * lengths[s] * exact));
      }
    }
    report(
        TrainReport.newBuilder()
            .setWindowId(windowId)
            .setExamples(arrivals)
            .setTokens(tokens)
            .setLossFirst(1)
            .setLossLast(1)
            .setSteps(1)
            .setSkippedSteps(0)
            .setRefused(0)
            .setMillis(1)
            .setLearningRate(1)
            .build());
  }

  private void report(Object body) {
    reports.accept(new Report(Instant.ofEpochSecond(window), body));
  }
}
