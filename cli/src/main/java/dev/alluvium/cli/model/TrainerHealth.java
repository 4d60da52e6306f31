package dev.alluvium.cli.model;

import dev.alluvium.cli.endpoint.Observed;
import dev.alluvium.cli.endpoint.Since;
import dev.alluvium.streams.metrics.Meters;
import dev.alluvium.streams.metrics.ProcessMetric;
import dev.alluvium.trainer.loop.TrainerStatus;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How the trainer of this process is. As long as it loads the model and restores its state it is
 * alive, however long that takes: started again, it would only begin again.
 */
final class TrainerHealth implements Observed {
  private final TrainerStatus status;
  private final Duration stalledAfter;

  TrainerHealth(TrainerStatus status, Duration stalledAfter) {
    this.status = status;
    this.stalledAfter = stalledAfter;
  }

  @Override
  public Optional<String> stalled() {
    TrainerStatus.Now now = status.now();
    if (!now.ready() || now.still().compareTo(stalledAfter) <= 0) {
      return Optional.empty();
    }
    String doing =
        now.window()
            .map(
                hand ->
                    "window %d has been in training for %s"
                        .formatted(hand.window(), Since.words(hand.since())))
            .orElse("no window is in training");
    return Optional.of(
        "the trainer has not moved for %s (http.stalledAfter is %s); %s"
            .formatted(Since.words(now.still()), Since.words(stalledAfter), doing));
  }

  @Override
  public Optional<String> unready() {
    return status.now().ready()
        ? Optional.empty()
        : Optional.of("the trainer loads the base model, takes the lease or restores its state");
  }

  @Override
  public void measure(Meters meters) {
    TrainerStatus.Now now = status.now();
    meters.set(ProcessMetric.TRAINER_COMMITS, now.commits());
    meters.set(ProcessMetric.TRAINER_COMMIT_TIME, Since.seconds(now.committing()));
    meters.set(ProcessMetric.TRAINER_LAST_COMMIT, Since.seconds(now.lastCommit()));
    now.heartbeat()
        .ifPresent(age -> meters.set(ProcessMetric.TRAINER_HEARTBEAT_AGE, Since.seconds(age)));
    meters.set(
        ProcessMetric.TRAINER_WINDOW, now.window().map(TrainerStatus.InHand::window).orElse(0L));
    meters.set(
        ProcessMetric.TRAINER_WINDOW_TIME,
        Since.seconds(now.window().map(TrainerStatus.InHand::since).orElse(Duration.ZERO)));
    now.windows()
        .forEach(
            (end, n) ->
                meters.set(ProcessMetric.TRAINER_WINDOWS, n, end.name().toLowerCase(Locale.ROOT)));
  }
}
