package dev.alluvium.streams.dashboard.history;

import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.DriftReport;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.schemas.avro.WindowReport;
import dev.alluvium.streams.policy.PolicyRules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Folds reports and versions into a bounded history: a quarter of an hour by the second, the whole
 * horizon in at most {@link #BUCKETS} buckets, and the newest totals. Every change has a number, so
 * that a reader can be told what is new since the last one it knows. Safe for many threads.
 */
public final class History {
  /** Most buckets of the whole horizon. */
  public static final int BUCKETS = 1_440;

  private static final Duration RECENT = Duration.ofMinutes(15);
  private static final int RECENT_BUCKETS = 1_000;

  /** MODEL, PARAPHRASE, GOLD, TEACHER, and room for what may come. */
  private static final int ORIGINS = 8;

  final Names skills = new Names(PolicyRules.MAX_SKILLS);
  final Names origins = new Names(ORIGINS);
  final Timeline recent = new Timeline(RECENT, RECENT_BUCKETS);
  final Timeline whole;
  final VersionList versions = new VersionList();
  final DriftLog drift = new DriftLog();

  /** Tells this history from that of another process, whose numbers mean something else. */
  final String epoch = UUID.randomUUID().toString();

  private final Books books = new Books();
  private final Waits waits = new Waits();
  private final Mean[] lastWaits = {new Mean(), new Mean(), new Mean()};
  private final Counts tokens = new Counts();
  private boolean fromTheBeginning;
  private FeedState feed = FeedState.starting(Instant.EPOCH);
  private boolean complete;
  private @Nullable MixReport mix;
  private @Nullable WindowReport closed;
  private @Nullable TrainReport trained;
  private long windows;
  private long millis;
  private long skippedSteps;
  private long alarms;
  private long change;

  /**
   * An empty history.
   *
   * @param horizon how far back it reaches
   */
  public History(Duration horizon) {
    this.whole = new Timeline(horizon, BUCKETS);
  }

  /**
   * Says that the next report is the first ever written: the first totals are then growth, and not
   * a level to begin with.
   */
  public synchronized void beginsWithTheFirstReport() {
    fromTheBeginning = true;
  }

  /**
   * Takes a report.
   *
   * @param time when the broker took it, in milliseconds since 1970; the same for all who read it
   */
  public synchronized void accept(long time, Report report) {
    change++;
    Object body = report.getBody();
    if (body instanceof CurateReport task) {
      books.accept(task);
    } else if (body instanceof AskReport task) {
      asked(time, task);
    } else if (body instanceof MixReport now) {
      mixed(time, now);
    } else if (body instanceof WindowReport window) {
      closed(time, window);
    } else if (body instanceof TrainReport window) {
      trained(time, window);
    } else if (body instanceof DriftReport now) {
      drifted(time, now);
    }
  }

  /** Takes a version. */
  public synchronized void accept(ModelVersion version) {
    versions.accept(version, ++change);
  }

  /** Takes how well the reports can be read. */
  public synchronized void accept(FeedState now) {
    if (!now.equals(feed)) {
      feed = now;
      complete |= now.phase() == FeedState.Phase.LIVE;
      change++;
    }
  }

  private void asked(long time, AskReport task) {
    AskReport before = books.accept(task);
    if (before != null) {
      waited(time, 0, Waits.targets(before, task), bucket -> bucket.targetWait);
    }
  }

  private void mixed(long time, MixReport now) {
    MixReport before = mix;
    mix = now;
    if (before == null) {
      before = fromTheBeginning ? nothingBefore(now) : now;
    } else if (now.getLedgerOffset() < before.getLedgerOffset()) {
      waits.beginAnew(); // another ledger: the topics were made anew
      before = now;
    }
    MixReport from = before;
    Map<String, Long> arrived = new TreeMap<>();
    now.getCandidates()
        .forEach(
            (skill, n) -> {
              long more = n - from.getCandidates().getOrDefault(skill, 0L);
              if (more > 0) {
                arrived.put(skill, more);
              }
            });
    if (!arrived.isEmpty()) {
      each(time, bucket -> bucket.arrived.add(skills, arrived));
    }
    waited(time, 1, waits.pools(time, skills, from, now), bucket -> bucket.poolWait);
  }

  private static MixReport nothingBefore(MixReport now) {
    return MixReport.newBuilder(now).setCandidates(Map.of()).setPooled(Map.of()).build();
  }

  private void closed(long time, WindowReport window) {
    closed = window;
    waits.closed(window.getWindowId(), time);
    each(
        time,
        bucket -> {
          bucket.planned.add(skills, window.getPlanned());
          bucket.replayed.add(skills, window.getReplayed());
          bucket.stage =
              window.getStage() == null ? null : Texts.cut(window.getStage(), Texts.NAME);
        });
  }

  private void trained(long time, TrainReport window) {
    trained = window;
    windows++;
    millis += window.getMillis();
    skippedSteps += window.getSkippedSteps();
    tokens.add(skills, window.getTokens());
    double weight = Math.max(1, Funnel.sum(window.getTokens()));
    each(
        time,
        bucket -> {
          bucket.windows++;
          bucket.lastWindow = window.getWindowId();
          bucket.trained.add(skills, window.getTokens());
          window.getOrigins().values().forEach(counts -> bucket.origins.add(origins, counts));
          bucket.lossFirst.add(window.getLossFirst(), weight);
          bucket.lossLast.add(window.getLossLast(), weight);
        });
    waited(time, 2, waits.trained(window, time), bucket -> bucket.windowWait);
  }

  private void drifted(long time, DriftReport now) {
    long begun = drift.accept(time, now);
    alarms += begun;
    each(
        time,
        bucket -> {
          bucket.alarms += begun;
          add(bucket.psi, now.getPsi());
          add(bucket.js, now.getJs());
          add(bucket.trainedPsi, now.getTrainedPsi());
        });
  }

  private static void add(Mean mean, @Nullable Double value) {
    if (value != null) {
      mean.add(value, 1);
    }
  }

  private void waited(long time, int part, Mean wait, Function<Bucket, Mean> mean) {
    if (wait.isKnown()) {
      lastWaits[part] = wait;
      each(time, bucket -> mean.apply(bucket).add(wait));
    }
  }

  private void each(long time, Consumer<Bucket> action) {
    action.accept(recent.at(time, change));
    action.accept(whole.at(time, change));
  }

  /** The number of the last change. */
  public synchronized long lastChange() {
    return change;
  }

  /** The newest that is known of everything. */
  public synchronized Totals totals() {
    Map<String, Long> bySkill = new TreeMap<>();
    List<String> names = skills.all();
    for (int i = 0; i < tokens.size(); i++) {
      bySkill.put(names.get(i), tokens.of(i));
    }
    Map<String, Double> seconds = new TreeMap<>();
    List<String> parts = List.of("target", "pool", "window");
    for (int i = 0; i < lastWaits.length; i++) {
      if (lastWaits[i].isKnown()) {
        seconds.put(parts.get(i), lastWaits[i].value() / 1000);
      }
    }
    return new Totals(
        feed,
        complete,
        books.curate(),
        books.asked(),
        mix,
        closed,
        trained,
        windows,
        bySkill,
        millis / 1000.0,
        skippedSteps,
        seconds,
        versions.serving(),
        versions.measured(),
        versions.statuses(),
        drift.last(),
        drift.standing(),
        alarms);
  }

  /**
   * What a page is told.
   *
   * @param epoch which history it comes from
   * @param change the number of the last change in it
   * @param json the text
   */
  public record News(String epoch, long change, String json) {}

  /** Everything. */
  public synchronized News everything() {
    return new News(epoch, change, new HistoryJson(this).everything());
  }

  /**
   * What is new since a change; everything when the reader's number comes from another history or
   * is too old.
   */
  public synchronized News since(String knownEpoch, long known) {
    boolean canFollow =
        knownEpoch.equals(epoch)
            && known <= change
            && known >= recent.joinedAt()
            && known >= whole.joinedAt();
    return canFollow ? new News(epoch, change, new HistoryJson(this).since(known)) : everything();
  }
}
