package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.LostWindows;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.trainer.checkpoint.TrainingPosition;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the log says of training, and what it is told next. Owned by one thread. */
final class Standing {
  /** Accepted losses remembered: far more than anybody should have to accept. */
  private static final int MOST_LOST = 100;

  private final String settingsDigest;
  private final String holder;
  private final InstantSource clock;

  private final Set<Long> quarantined = new TreeSet<>();
  private final Set<Long> spiked = new TreeSet<>();
  private final List<LostWindows> lost = new ArrayList<>();
  private Progress committed;

  /**
   * Nothing is known yet.
   *
   * @param holder who holds the lease
   * @param start where training begins
   */
  Standing(String settingsDigest, String holder, InstantSource clock, TrainingPosition start) {
    this.settingsDigest = settingsDigest;
    this.holder = holder;
    this.clock = clock;
    this.committed = at(start, Lineage.none(), Optional.empty());
  }

  /** Takes over what the log has beside a place, and forgets everything else. */
  void takeOver(Optional<Progress> logged) {
    quarantined.clear();
    spiked.clear();
    lost.clear();
    logged.ifPresent(
        progress -> {
          quarantined.addAll(progress.getQuarantined());
          spiked.addAll(progress.getSpiked());
          lost.addAll(progress.getLost());
        });
  }

  /** The place that the log has stays, whatever is in memory. */
  void stayAt(Progress logged) {
    committed = held(logged);
  }

  /**
   * The place in memory is the one to tell from now on.
   *
   * @param lineage the checkpoints that lead to it
   * @param checkpoint the one that holds it; nothing before the first
   */
  void moveTo(TrainingPosition position, Lineage lineage, Optional<String> checkpoint) {
    committed = at(position, lineage, checkpoint);
  }

  /** What the log was told last. */
  Progress committed() {
    return committed;
  }

  /** The same, confirmed now. */
  Progress confirmed() {
    return held(committed);
  }

  /** Whether a window is not to be trained. */
  boolean isQuarantined(long window) {
    return quarantined.contains(window);
  }

  /** Whether a window is not to be trained because its loss spiked. */
  boolean hasSpiked(long window) {
    return spiked.contains(window);
  }

  /** Windows that are not to be trained. */
  void quarantine(Collection<Long> windows) {
    quarantined.addAll(windows);
  }

  /**
   * What the log is told to put a window into quarantine and to change nothing else.
   *
   * @param spikes whether because its loss spiked
   */
  Progress quarantining(long window, boolean spikes) {
    quarantined.add(window);
    if (spikes) {
      spiked.add(window);
    }
    return Progress.newBuilder(confirmed())
        .setQuarantined(List.copyOf(quarantined))
        .setSpiked(List.copyOf(spiked))
        .build();
  }

  /** Windows that were not trained have an outcome. */
  void passedOver(Collection<Long> windows) {
    quarantined.removeAll(windows);
  }

  /** None of the windows up to one is read again. */
  void leftBehind(long last) {
    quarantined.removeIf(window -> window <= last);
  }

  /** Windows are given up. */
  void giveUp(Deleted deleted) {
    quarantined.removeAll(deleted.windows());
    lost.add(
        LostWindows.newBuilder()
            .setFirstWindow(deleted.firstWindow())
            .setLastWindow(deleted.lastWindow())
            .setFirstOffset(deleted.firstOffset())
            .setNextOffset(deleted.nextOffset())
            .setAcceptedAt(clock.instant())
            .build());
    if (lost.size() > MOST_LOST) {
      lost.remove(0);
    }
  }

  /** What the log says, with this trainer as the holder of the lease. */
  private Progress held(Progress logged) {
    return Progress.newBuilder(logged).setHolder(holder).setHeartbeat(clock.instant()).build();
  }

  private Progress at(TrainingPosition position, Lineage lineage, Optional<String> checkpoint) {
    spiked.removeIf(
        window -> !quarantined.contains(window) && !lineage.passedOver().contains(window));
    return Progress.newBuilder()
        .setCheckpoint(checkpoint.orElse(null))
        .setNextOffset(position.nextOffset())
        .setLastWindow(position.lastWindow())
        .setQuarantined(List.copyOf(quarantined))
        .setSettingsDigest(settingsDigest)
        .setVersion(position.promoted())
        .setHolder(holder)
        .setHeartbeat(clock.instant())
        .setOlder(lineage.older())
        .setPassedOver(lineage.passedOver())
        .setErased(lineage.erased())
        .setLost(List.copyOf(lost))
        .setSpiked(List.copyOf(spiked))
        .build();
  }
}
