package dev.alluvium.streams.metrics;

import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.DriftReport;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.SkillTargets;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.schemas.avro.WindowReport;
import dev.alluvium.schemas.pair.Reason;
import dev.alluvium.streams.dashboard.history.FeedState;
import dev.alluvium.streams.dashboard.history.FeedState.Phase;
import dev.alluvium.streams.dashboard.history.Totals;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts what the reports say into the catalogue's metrics. */
public final class ReportMetrics {
  private static final double MILLIS = 1000.0;
  private static final List<String> REASONS =
      Arrays.stream(Reason.values()).map(Reason::code).toList();

  private final Meters meters;

  private ReportMetrics(Meters meters) {
    this.meters = meters;
  }

  /**
   * Sets every metric that is known. Refused pairs by reason and versions by status are 0 before
   * the first, so that it is seen as a rise; and nothing is set before all reports there are have
   * been read once, or totals would seem to begin anew at every start.
   */
  public static void set(Totals totals, Meters meters) {
    new ReportMetrics(meters).set(totals);
  }

  private void set(Totals totals) {
    feed(totals.feed());
    if (!totals.complete()) {
      return;
    }
    curate(totals.curate());
    asked(totals.asked());
    if (totals.mix() != null) {
      mix(totals.mix());
    }
    if (totals.closed() != null) {
      closed(totals.closed());
    }
    if (totals.trained() != null) {
      trained(totals.trained(), totals);
    }
    meters.set(Metric.WAIT, totals.waits());
    versions(totals);
    drift(totals);
  }

  private void feed(FeedState feed) {
    meters.set(Metric.FEED_LIVE, feed.phase() == Phase.LIVE ? 1 : 0);
    meters.set(Metric.FEED_BEHIND, feed.behind());
    meters.set(Metric.FEED_UNREADABLE, feed.unreadable());
  }

  private void curate(CurateReport curate) {
    meters.set(Metric.PAIRS_RECEIVED, curate.getReceived());
    meters.set(Metric.PAIRS_REJECTED, withZeros(curate.getRejected(), REASONS));
    meters.set(Metric.PAIRS_DUPLICATE, curate.getDuplicates());
    meters.set(Metric.PAIRS_SUPERSEDING, curate.getSuperseding());
    meters.set(Metric.PAIRS_UNKNOWN_SKILL, curate.getUnknownSkill());
    meters.set(Metric.REDACTED, curate.getRedacted());
    meters.set(Metric.PAIRS_HELD_OUT, curate.getProbes());
  }

  private static Map<String, Long> withZeros(Map<String, Long> counts, Collection<String> labels) {
    Map<String, Long> all = new TreeMap<>(counts);
    labels.forEach(label -> all.putIfAbsent(label, 0L));
    return all;
  }

  private void asked(AskReport asked) {
    meters.set(Metric.PAIRS_WAITING, asked.getWaiting());
    meters.set(Metric.PAIRS_PARKED, asked.getParked());
    meters.set(Metric.PARKED_BYTES, asked.getParkedBytes());
    asked
        .getSkills()
        .forEach(
            (skill, targets) ->
                targets
                    .getOrigins()
                    .forEach((origin, n) -> meters.set(Metric.TARGETS, n, skill, origin)));
    meters.set(Metric.TARGET_REASONS, sums(asked, SkillTargets::getReasons));
    meters.set(Metric.VERDICTS, sums(asked, SkillTargets::getVerdicts));
    meters.set(Metric.TARGET_WAIT, asked.getWaitMillis() / MILLIS);
    meters.set(Metric.REQUESTS, asked.getRequests());
    meters.set(Metric.RETRIES, asked.getRetries());
    meters.set(Metric.RESULTS, asked.getResults());
    meters.set(Metric.RESULTS_LATE, asked.getLate());
    meters.set(Metric.RESULT_WAIT, asked.getLatencyMillis() / MILLIS);
    meters.set(Metric.PROMPT_TOKENS, asked.getPromptTokens());
    meters.set(Metric.GENERATED_TOKENS, asked.getTokens());
    meters.set(Metric.COST, asked.getCost());
  }

  private static Map<String, Long> sums(
      AskReport asked, Function<SkillTargets, Map<String, Long>> counts) {
    Map<String, Long> sums = new TreeMap<>();
    for (SkillTargets skill : asked.getSkills().values()) {
      counts.apply(skill).forEach((name, n) -> sums.merge(name, n, Long::sum));
    }
    return sums;
  }

  private void mix(MixReport mix) {
    meters.set(Metric.ARRIVED, mix.getCandidates());
    meters.set(Metric.REPLAYED, mix.getReplayed());
    meters.set(Metric.RESERVOIRS, mix.getReservoirs());
    meters.set(Metric.REPLAY_BOOST, mix.getBoosts());
    meters.set(Metric.CYCLES, mix.getCycle());
    meters.set(Metric.POOLED, mix.getPooled());
    meters.set(Metric.EXPIRED, mix.getExpired());
    meters.set(Metric.STALE, mix.getStale());
    meters.set(Metric.QUEUED, mix.getQueued());
    meters.set(Metric.TRAINED, mix.getTrained());
    meters.set(Metric.REFUSED, mix.getRefused());
    meters.set(Metric.QUARANTINED, mix.getQuarantined());
    meters.set(Metric.ORIGINS, mix.getOrigins());
    meters.set(Metric.IGNORED, mix.getIgnored());
    meters.set(Metric.WINDOWS_CLOSED, mix.getLastWindow());
    meters.set(Metric.WINDOWS_DECIDED, mix.getLastOutcome());
  }

  private void closed(WindowReport window) {
    meters.set(Metric.PLANNED, window.getPlanned());
    if (window.getStage() != null) {
      meters.set(Metric.STAGE, 1, window.getStage());
    }
  }

  private void trained(TrainReport last, Totals totals) {
    meters.set(Metric.TRAINED_TOKENS, totals.tokens());
    meters.set(Metric.TRAINING_TIME, totals.seconds());
    meters.set(Metric.LOSS, last.getLossFirst(), "first");
    meters.set(Metric.LOSS, last.getLossLast(), "last");
    known(Metric.MIX_LOSS, last.getMixLoss());
    meters.set(Metric.MIXED_PAIRS, last.getMixedPairs());
    meters.set(Metric.MIXED_TOKENS, last.getMixedTokens());
    known(Metric.TRAIN_DIVERGENCE, last.getDivergence());
    meters.set(Metric.CONFIDENCE_SPREAD, last.getConfidenceSpread());
    meters.set(Metric.LEARNING_RATE, last.getLearningRate());
    meters.set(Metric.STEPS, last.getSteps());
    meters.set(Metric.SKIPPED, totals.skippedSteps());
  }

  private void versions(Totals totals) {
    meters.set(Metric.VERSIONS, totals.versions());
    meters.set(
        Metric.SERVING,
        totals.serving().map(ModelVersion::getVersion).map(ReportMetrics::number).orElse(0L));
    totals.measured().ifPresent(this::measured);
  }

  private void measured(ModelVersion version) {
    version
        .getProbes()
        .forEach(
            (skill, probes) -> {
              meters.set(Metric.PERPLEXITY, probes.getBefore().getPerplexity(), skill, "base");
              meters.set(Metric.PERPLEXITY, probes.getAfter().getPerplexity(), skill, "version");
              meters.set(Metric.ACCURACY, probes.getBefore().getAccuracy(), skill, "base");
              meters.set(Metric.ACCURACY, probes.getAfter().getAccuracy(), skill, "version");
            });
    version
        .getTransfer()
        .forEach(
            (skill, told) -> {
              known(Metric.DIVERGENCE, told.getDivergence(), skill);
              known(Metric.TRANSFER, told.getForward(), skill, "forward");
              known(Metric.TRANSFER, told.getBackward(), skill, "backward");
            });
  }

  /** The number in a name such as v000012. */
  private static long number(String version) {
    return Long.parseLong(version.substring(1));
  }

  private void drift(Totals totals) {
    meters.set(Metric.ALARMS, totals.alarms());
    Map<String, Long> kinds = new TreeMap<>();
    for (String alarm : totals.standing().keySet()) {
      int slash = alarm.indexOf('/');
      kinds.merge(slash < 0 ? alarm : alarm.substring(0, slash), 1L, Long::sum);
    }
    meters.set(Metric.STANDING, kinds);
    DriftReport drift = totals.drift();
    if (drift != null) {
      known(Metric.PSI, drift.getPsi());
      known(Metric.JS, drift.getJs());
      known(Metric.EFFECT, drift.getEffect());
      known(Metric.TRAINED_PSI, drift.getTrainedPsi());
    }
  }

  private void known(Metric metric, @Nullable Double value, String... labels) {
    if (value != null) {
      meters.set(metric, value, labels);
    }
  }
}
