package dev.alluvium.trainer.checkpoint;

import dev.alluvium.trainer.guard.GuardMemory;
import dev.alluvium.trainer.release.ModelStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where training stands, apart from the weights.
 *
 * @param nextOffset offset in training.windows.v1 to read next
 * @param lastWindow last window with an outcome; 0 before the first
 * @param cycleStart last window of the cycle before; windows after it belong to the running cycle
 * @param steps optimizer steps since the beginning
 * @param versions versions made so far, held ones included
 * @param promoted the last promoted version
 * @param recent the last committed checkpoints, oldest first
 * @param returnPoints checkpoints of the last promoted versions, oldest first, to return to
 * @param returnPoint whether training may return to this very place: its weights are those of a
 *     promoted version, or of the base model after a rollback
 * @param leftBehind what the last rollbacks have left behind, oldest first
 * @param guards what the guards remember; nothing in checkpoints from before there were any
 * @param erasedProbes the last probes that were erased, oldest first
 * @param settingsDigest digest of the settings that shape the weights
 * @param fit what the state fits: base model, and what of it is trained
 */
public record TrainingPosition(
    long nextOffset,
    long lastWindow,
    long cycleStart,
    long steps,
    int versions,
    @Nullable String promoted,
    List<String> recent,
    List<String> returnPoints,
    boolean returnPoint,
    List<LeftBehind> leftBehind,
    GuardMemory guards,
    List<ErasedProbe> erasedProbes,
    String settingsDigest,
    String fit) {

  /** Rollbacks remembered: far more than the windows that can be ahead of one. */
  private static final int MOST_LEFT_BEHIND = 100;

  /** Erased probes remembered: more than probe sets hold between two versions to return to. */
  private static final int MOST_ERASED = 10_000;

  /** Copies the lists. */
  public TrainingPosition {
    recent = List.copyOf(recent);
    returnPoints = List.copyOf(returnPoints);
    leftBehind = List.copyOf(leftBehind);
    guards = guards == null ? GuardMemory.none() : guards;
    // positions that were saved before there were erasures have none
    erasedProbes = erasedProbes == null ? List.of() : List.copyOf(erasedProbes);
  }

  /** Before anything was trained. */
  public static TrainingPosition start(long nextOffset, String settingsDigest, String fit) {
    return new TrainingPosition(
        nextOffset,
        0,
        0,
        0,
        0,
        null,
        List.of(),
        List.of(),
        false,
        List.of(),
        GuardMemory.none(),
        List.of(),
        settingsDigest,
        fit);
  }

  /** After a window. */
  public TrainingPosition afterWindow(
      long window, long offset, long stepsNow, GuardMemory guardsNow) {
    return new TrainingPosition(
        offset,
        window,
        cycleStart,
        stepsNow,
        versions,
        promoted,
        recent,
        returnPoints,
        false,
        leftBehind,
        guardsNow,
        erasedProbes,
        settingsDigest,
        fit);
  }

  /** After a control. */
  public TrainingPosition afterControl(long offset) {
    return new TrainingPosition(
        offset,
        lastWindow,
        cycleStart,
        steps,
        versions,
        promoted,
        recent,
        returnPoints,
        returnPoint,
        leftBehind,
        guards,
        erasedProbes,
        settingsDigest,
        fit);
  }

  /** After a probe left because its pair was erased. */
  public TrainingPosition afterErasure(ErasedProbe probe) {
    List<ErasedProbe> all = new ArrayList<>(erasedProbes);
    all.add(probe);
    return new TrainingPosition(
        nextOffset,
        lastWindow,
        cycleStart,
        steps,
        versions,
        promoted,
        recent,
        returnPoints,
        returnPoint,
        leftBehind,
        guards,
        lastOf(all, MOST_ERASED),
        settingsDigest,
        fit);
  }

  /** The pairs whose probes were erased after an offset in training.windows.v1. */
  public Set<String> erasedAfter(long offset) {
    return erasedProbes.stream()
        .filter(probe -> probe.nextOffset() > offset)
        .map(ErasedProbe::pairId)
        .collect(Collectors.toSet());
  }

  /**
   * After a rollback: the place in the stream stays, and so do the versions made so far, whose
   * numbers are never used again; all else is as it was.
   *
   * @param saved the position that training returns to; null for the base model
   * @param earlier points to return to that are older than it
   */
  public TrainingPosition afterRollback(@Nullable TrainingPosition saved, List<String> earlier) {
    long savedWindow = saved == null ? 0 : saved.lastWindow();
    int savedVersions = saved == null ? 0 : saved.versions();
    List<LeftBehind> all = new ArrayList<>(leftBehind);
    all.add(LeftBehind.since(savedWindow, savedVersions, this));
    return new TrainingPosition(
        nextOffset,
        lastWindow,
        lastWindow,
        saved == null ? 0 : saved.steps(),
        versions,
        saved == null ? null : saved.promoted(),
        recent,
        earlier,
        true,
        lastOf(all, MOST_LEFT_BEHIND),
        saved == null ? GuardMemory.none() : saved.guards(),
        erasedProbes,
        settingsDigest,
        fit);
  }

  /** After a version that was left behind at once. */
  public TrainingPosition afterVersion() {
    return new TrainingPosition(
        nextOffset,
        lastWindow,
        cycleStart,
        steps,
        versions + 1,
        promoted,
        recent,
        returnPoints,
        returnPoint,
        leftBehind,
        guards,
        erasedProbes,
        settingsDigest,
        fit);
  }

  /** After a cycle that made one more version. */
  public TrainingPosition afterCycle(boolean promotedNow, GuardMemory guardsNow) {
    return new TrainingPosition(
        nextOffset,
        lastWindow,
        lastWindow,
        steps,
        versions + 1,
        promotedNow ? ModelStore.name(versions + 1) : promoted,
        recent,
        returnPoints,
        promotedNow,
        leftBehind,
        guardsNow,
        erasedProbes,
        settingsDigest,
        fit);
  }

  /**
   * The position as it goes on from a committed checkpoint of it: the checkpoint joins the recent
   * ones and, where training may return to it, the points to return to; the oldest beyond the
   * limits leave.
   */
  public TrainingPosition goingOnFrom(String checkpoint, int mostRecent, int mostReturnPoints) {
    return new TrainingPosition(
        nextOffset,
        lastWindow,
        cycleStart,
        steps,
        versions,
        promoted,
        joined(recent, checkpoint, mostRecent),
        returnPoint ? joined(returnPoints, checkpoint, mostReturnPoints) : returnPoints,
        returnPoint,
        leftBehind,
        guards,
        erasedProbes,
        settingsDigest,
        fit);
  }

  /** The same place under other settings. */
  public TrainingPosition withSettings(String digest) {
    return new TrainingPosition(
        nextOffset,
        lastWindow,
        cycleStart,
        steps,
        versions,
        promoted,
        recent,
        returnPoints,
        returnPoint,
        leftBehind,
        guards,
        erasedProbes,
        digest,
        fit);
  }

  private static List<String> joined(List<String> names, String name, int most) {
    List<String> all = new ArrayList<>(names);
    all.remove(name);
    all.add(name);
    return lastOf(all, most);
  }

  private static <T> List<T> lastOf(List<T> all, int most) {
    return all.subList(Math.max(0, all.size() - most), all.size());
  }
}
