package dev.alluvium.streams.dashboard.history;

import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.DriftReport;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.schemas.avro.WindowReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The newest that is known of everything.
 *
 * @param feed how well the reports can be read
 * @param complete whether all reports that there were have been read once
 * @param curate curate's books, all tasks together
 * @param asked how targets were chosen, all tasks together
 * @param mix the mixer's books; null before the first
 * @param closed the last window closed; null before the first
 * @param trained the last window trained; null before the first
 * @param windows windows trained since the history began
 * @param tokens exact trained tokens since the history began, by skill
 * @param seconds wall time of training since the history began
 * @param skippedSteps optimizer steps skipped since the history began
 * @param waits seconds a pair takes by part of its way: target, pool, window; parts that are known
 * @param serving the version that answers
 * @param measured the newest version with measured probes
 * @param versions versions by status
 * @param drift the last report on drift; null before the first
 * @param standing alarms that stand, with the window at which they began
 * @param alarms alarms that began since the history began
 */
public record Totals(
    FeedState feed,
    boolean complete,
    CurateReport curate,
    AskReport asked,
    @Nullable MixReport mix,
    @Nullable WindowReport closed,
    @Nullable TrainReport trained,
    long windows,
    Map<String, Long> tokens,
    double seconds,
    long skippedSteps,
    Map<String, Double> waits,
    Optional<ModelVersion> serving,
    Optional<ModelVersion> measured,
    Map<String, Long> versions,
    @Nullable DriftReport drift,
    Map<String, Long> standing,
    long alarms) {

  /** A step of the way from arrived to trained. */
  public record Step(String name, long count, List<Leak> leaks) {}

  /**
   * Where pairs of the step before are that are not in this one.
   *
   * @param name what became of them, or where they wait
   * @param waits true when they may still come, false when they are gone
   */
  public record Leak(String name, long count, boolean waits) {}

  /** The steps from arrived to trained. */
  public List<Step> funnel() {
    return Funnel.of(this);
  }
}
