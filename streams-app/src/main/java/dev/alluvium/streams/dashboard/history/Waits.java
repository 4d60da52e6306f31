package dev.alluvium.streams.dashboard.history;

import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.TrainReport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long a pair is on its way, in milliseconds and three parts: from admission to a target
 * (measured by curate, a mean), in its pool ({@link PoolWait}), from the closed window to the
 * trained one (measured on the times at which the broker took both reports). Each mean is weighed
 * by the examples it stands for; unknown when there are none.
 */
final class Waits {
  /** Closed windows whose training is awaited; the mixer is at most 64 ahead. */
  static final int WINDOWS = 256;

  private final Map<Integer, PoolWait> pools = new TreeMap<>();
  private final Map<Long, Long> closed = new LinkedHashMap<>();

  /** The mean wait for targets between two reports of a task. */
  static Mean targets(AskReport before, AskReport now) {
    Mean mean = new Mean();
    long decided = Books.decided(now) - Books.decided(before);
    long waited = now.getWaitMillis() - before.getWaitMillis();
    if (decided > 0 && waited >= 0) {
      mean.add(waited / (double) decided, decided);
    }
    return mean;
  }

  /**
   * What the mixer's books tell about its pools.
   *
   * @param before the books before, from which totals grow
   */
  Mean pools(long time, Names skills, MixReport before, MixReport now) {
    Mean mean = new Mean();
    now.getCandidates()
        .forEach(
            (skill, come) -> {
              long comeBefore = before.getCandidates().getOrDefault(skill, 0L);
              long goneBefore = comeBefore - before.getPooled().getOrDefault(skill, 0L);
              long gone = come - now.getPooled().getOrDefault(skill, 0L);
              pools
                  .computeIfAbsent(
                      skills.numberOf(skill), n -> new PoolWait(comeBefore, goneBefore, time))
                  .look(come, gone, time)
                  .ifPresent(wait -> mean.add(wait, Math.max(1, gone - goneBefore)));
            });
    return mean;
  }

  /** A window is closed. */
  void closed(long window, long time) {
    closed.put(window, time);
    if (closed.size() > WINDOWS) {
      closed.remove(closed.keySet().iterator().next());
    }
  }

  /** A window is trained; its wait is known when it was seen closed. */
  Mean trained(TrainReport window, long time) {
    Mean mean = new Mean();
    Long since = closed.remove(window.getWindowId());
    if (since != null) {
      mean.add(Math.max(0, time - since), Math.max(1, window.getExamples()));
    }
    return mean;
  }

  /** Forgets all pools: the totals began anew. */
  void beginAnew() {
    pools.clear();
  }
}
