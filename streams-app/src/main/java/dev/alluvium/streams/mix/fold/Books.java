package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.OpenWindow;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.TrainedWindow;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where every candidate that was read is now: candidates = pooled + expired + queued + trained +
 * refused + quarantined, after every ledger entry.
 */
final class Books {
  final SortedMap<String, Long> candidates = new TreeMap<>();
  final SortedMap<String, Long> reported = new TreeMap<>();
  final SortedMap<String, Long> expired = new TreeMap<>();
  final SortedMap<String, Long> ignored = new TreeMap<>();
  final SortedMap<String, Long> origins = new TreeMap<>();
  final SortedMap<String, Long> trainedBySkill = new TreeMap<>();
  final SortedMap<String, Long> replayed = new TreeMap<>();
  final List<OpenWindow> open = new ArrayList<>();
  long heldOut;
  long trained;
  long refused;
  long quarantined;
  long lastWindow;
  long stale;

  /** Counts a candidate under its skill; false when there are too many skills for one more. */
  boolean candidate(String skill) {
    String name = PolicyRules.countedAs(skill, candidates.keySet());
    candidates.merge(name, 1L, Long::sum);
    return name.equals(skill);
  }

  /** How often a candidate left, or became another than it came. */
  long left() {
    return sum(expired) + stale;
  }

  void expired(String reason) {
    expired.merge(reason, 1L, Long::sum);
  }

  void ignored(String reason) {
    ignored.merge(reason, 1L, Long::sum);
  }

  /** Candidates read since the last time this was asked, by skill. */
  SortedMap<String, Long> arrived() {
    SortedMap<String, Long> arrived = new TreeMap<>();
    candidates.forEach(
        (skill, n) -> {
          long more = n - reported.getOrDefault(skill, 0L);
          if (more > 0) {
            arrived.put(skill, more);
          }
        });
    reported.putAll(candidates);
    return arrived;
  }

  /** Counts a window that was written. */
  void closed(long windowId, int examples, SortedMap<String, Long> windowOrigins) {
    lastWindow = windowId;
    open.add(new OpenWindow(windowId, examples, windowOrigins));
  }

  /** Whether a window still has no outcome. */
  boolean isOpen(long windowId) {
    return open.stream().anyMatch(window -> window.getWindowId() == windowId);
  }

  /**
   * Counts the outcome of a window that has none yet.
   *
   * @return what it counts, if it was trained; null if it is in quarantine
   */
  @Nullable TrainedWindow decided(Outcome outcome, Settled settled) {
    OpenWindow window =
        open.stream()
            .filter(w -> w.getWindowId() == outcome.getWindowId())
            .findFirst()
            .orElseThrow();
    open.remove(window);
    if (outcome.getStatus() == OutcomeStatus.QUARANTINED) {
      quarantined += window.getExamples();
      return null;
    }
    TrainedWindow counts =
        new TrainedWindow(settled.refused, settled.trained, new TreeMap<>(window.getOrigins()));
    count(counts, 1);
    return counts;
  }

  /** A window that was trained is in no surviving weights any more. */
  void takenBack(TrainedWindow counts) {
    count(counts, -1);
    quarantined += counts.getRefused() + sum(counts.getTrained());
  }

  private void count(TrainedWindow counts, int sign) {
    refused += (long) sign * counts.getRefused();
    trained += sign * sum(counts.getTrained());
    counts.getTrained().forEach((skill, n) -> trainedBySkill.merge(skill, sign * n, Long::sum));
    counts.getOrigins().forEach((origin, n) -> origins.merge(origin, sign * n, Long::sum));
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The last window such that it and all before it have an outcome; 0 before the first. */
  long lastOutcome() {
    return open.stream().mapToLong(OpenWindow::getWindowId).min().orElse(lastWindow + 1) - 1;
  }

  /** Examples in windows without an outcome. */
  long queued() {
    return open.stream().mapToLong(OpenWindow::getExamples).sum();
  }

  /** The part of a report that is counted here. */
  MixReport.Builder report(Map<String, Long> pooled) {
    return MixReport.newBuilder()
        .setCandidates(new TreeMap<>(candidates))
        .setHeldOut(heldOut)
        .setPooled(pooled)
        .setExpired(new TreeMap<>(expired))
        .setQueued(queued())
        .setTrained(trained)
        .setRefused(refused)
        .setQuarantined(quarantined)
        .setOrigins(new TreeMap<>(origins))
        .setLastWindow(lastWindow)
        .setLastOutcome(lastOutcome())
        .setIgnored(new TreeMap<>(ignored))
        .setReplayed(new TreeMap<>(replayed))
        .setStale(stale);
  }
}
