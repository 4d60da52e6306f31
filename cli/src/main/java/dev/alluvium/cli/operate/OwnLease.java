package dev.alluvium.cli.operate;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.LedgerRequest;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.process.Lifetime;
import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.schemas.client.ClientListener;
import dev.alluvium.trainer.loop.Holder;
import dev.alluvium.trainer.loop.Trainer;
import dev.alluvium.trainer.loop.TrainerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Carries an order out where no trainer runs: this process takes the trainer's lease, does what
 * stands in the log before the order, as a trainer would, the order itself, and lets go.
 */
final class OwnLease {
  /** A trainer that was not heard of for so many times its heartbeat is not there. */
  private static final int MISSED = 3;

  private final AlluviumSettings settings;
  private final Cluster cluster;

  /**
   * @param settings those of the trainer
   */
  OwnLease(AlluviumSettings settings, Cluster cluster) {
    this.settings = settings;
    this.cluster = cluster;
  }

  /**
   * Takes the lease, gives the order, and carries out what stands before it and the order itself. A
   * state that cannot be gone on from fails before the order is given.
   *
   * @throws CommandFailure when a trainer is alive, or this is stopped first
   */
  Answer carryOut(LedgerRequest order) {
    requireNoTrainer();
    AtomicReference<@Nullable Answer> answer = new AtomicReference<>();
    try (Lifetime untilStopped = Lifetime.untilSignal()) {
      Trainer.run(
          settings.train(),
          settings.judges(),
          cluster.kafka(),
          cluster.topics(),
          untilStopped::isOver,
          Optional.of((frozen, stop) -> order.ask(cluster, stop).ifPresent(answer::set)),
          false,
          new TrainerStatus(System::nanoTime),
          ClientListener.NONE);
    }
    return Optional.ofNullable(answer.get())
        .orElseThrow(
            () ->
                new CommandFailure(
                    "stopped before the order was carried out: if it was given, it is in the ledger and the next trainer comes to it"));
  }

  private void requireNoTrainer() {
    Optional<Progress> progress = cluster.reader().newest(cluster.topics().progress());
    Duration silence = settings.train().heartbeat().multipliedBy(MISSED);
    progress
        .filter(last -> last.getHeartbeat().isAfter(Instant.now().minus(silence)))
        .filter(last -> !Holder.parse(last.getHolder()).isGone())
        .ifPresent(
            last -> {
              throw new CommandFailure(
                  "--here is for when no trainer runs, and %s held the lease at %s: give the order without it, or stop that trainer and wait %d s"
                      .formatted(last.getHolder(), last.getHeartbeat(), silence.toSeconds()));
            });
  }
}
