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
 * @param fit what the state fits: the shape of the base model, and what of it is trained
 * @param baseDigest SHA-256 of the base model's content; null in positions from before it was known
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
    String fit,
    @Nullable String baseDigest) {

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
  public static TrainingPosition start(
      long nextOffset, String settingsDigest, String fit, @Nullable String baseDigest) {
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
        fit,
        baseDigest);
  }

  /** After a window. */
  public TrainingPosition afterWindow(
      long window, long offset, long stepsNow, GuardMemory guardsNow) {
    Draft next = new Draft(this);
    next.nextOffset = offset;
    next.lastWindow = window;
    next.steps = stepsNow;
    next.returnPoint = false;
    next.guards = guardsNow;
    return next.position();
  }

  /** After a control. */
  public TrainingPosition afterControl(long offset) {
    Draft next = new Draft(this);
    next.nextOffset = offset;
    return next.position();
  }

  /** After a probe left because its pair was erased. */
  public TrainingPosition afterErasure(ErasedProbe probe) {
    List<ErasedProbe> all = new ArrayList<>(erasedProbes);
    all.add(probe);
    Draft next = new Draft(this);
    next.erasedProbes = lastOf(all, MOST_ERASED);
    return next.position();
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
    Draft next = new Draft(this);
    next.cycleStart = lastWindow;
    next.steps = saved == null ? 0 : saved.steps();
    next.promoted = saved == null ? null : saved.promoted();
    next.returnPoints = earlier;
    next.returnPoint = true;
    next.leftBehind = lastOf(all, MOST_LEFT_BEHIND);
    next.guards = saved == null ? GuardMemory.none() : saved.guards();
    return next.position();
  }

  /**
   * Where training stood when it made a version, as far as the version's record tells: at step 0,
   * because nothing else of its state is left.
   *
   * @param version its name
   * @param window the last window in its weights
   * @param guardsThen what the guards remembered, as far as it is known
   */
  public TrainingPosition at(String version, long window, GuardMemory guardsThen) {
    Draft then = new Draft(this);
    then.lastWindow = window;
    then.versions = (int) ModelStore.number(version);
    then.promoted = version;
    then.steps = 0;
    then.guards = guardsThen;
    return then.position();
  }

  /** Whether training restarted here from the weights of a version alone, with fresh moments. */
  public boolean restart() {
    return returnPoint && promoted != null && steps == 0;
  }

  /** After a version that was left behind at once. */
  public TrainingPosition afterVersion() {
    Draft next = new Draft(this);
    next.versions++;
    return next.position();
  }

  /** After a cycle that made one more version. */
  public TrainingPosition afterCycle(boolean promotedNow, GuardMemory guardsNow) {
    Draft next = new Draft(this);
    next.cycleStart = lastWindow;
    next.versions++;
    next.promoted = promotedNow ? ModelStore.name(next.versions) : promoted;
    next.returnPoint = promotedNow;
    next.guards = guardsNow;
    return next.position();
  }

  /**
   * The position as it goes on from a committed checkpoint of it: the checkpoint joins the recent
   * ones and, where training may return to it, the points to return to; the oldest beyond the
   * limits leave.
   */
  public TrainingPosition goingOnFrom(String checkpoint, int mostRecent, int mostReturnPoints) {
    Draft next = new Draft(this);
    next.recent = joined(recent, checkpoint, mostRecent);
    next.returnPoints =
        returnPoint ? joined(returnPoints, checkpoint, mostReturnPoints) : returnPoints;
    return next.position();
  }

  /** The same place under other settings, on a base model whose content is known by now. */
  public TrainingPosition under(String settings, String base) {
    Draft next = new Draft(this);
    next.settingsDigest = settings;
    next.baseDigest = base;
    return next.position();
  }

  /** A position of which some things are going to be others. */
  private static final class Draft {
    private final TrainingPosition from;
    private long nextOffset;
    private long lastWindow;
    private long cycleStart;
    private long steps;
    private int versions;
    private @Nullable String promoted;
    private List<String> recent;
    private List<String> returnPoints;
    private boolean returnPoint;
    private List<LeftBehind> leftBehind;
    private GuardMemory guards;
    private List<ErasedProbe> erasedProbes;
    private String settingsDigest;
    private @Nullable String baseDigest;

    Draft(TrainingPosition from) {
      this.from = from;
      nextOffset = from.nextOffset;
      lastWindow = from.lastWindow;
      cycleStart = from.cycleStart;
      steps = from.steps;
      versions = from.versions;
      promoted = from.promoted;
      recent = from.recent;
      returnPoints = from.returnPoints;
      returnPoint = from.returnPoint;
      leftBehind = from.leftBehind;
      guards = from.guards;
      erasedProbes = from.erasedProbes;
      settingsDigest = from.settingsDigest;
      baseDigest = from.baseDigest;
    }

    TrainingPosition position() {
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
          settingsDigest,
          from.fit,
          baseDigest);
    }
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
