package dev.alluvium.cli.operate;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.LedgerRequest;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.process.Lifetime;
import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.trainer.loop.Trainer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Carries an order out where no trainer runs: this process takes the trainer's lease, does all that
 * stands in the log up to the order, as a trainer would, and lets go.
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
   * Gives the order and carries it out.
   *
   * @throws CommandFailure when a trainer is alive, or no answer comes in time
   */
  Answer carryOut(LedgerRequest order, Duration patience) {
    requireNoTrainer();
    CompletableFuture<Answer> answered =
        CompletableFuture.supplyAsync(() -> order.ask(cluster, patience));
    try (Lifetime untilStopped = Lifetime.untilSignal()) {
      Trainer.run(
          settings.train(),
          settings.judges(),
          cluster.kafka(),
          cluster.topics(),
          () -> answered.isDone() || untilStopped.isOver(),
          Optional.empty(),
          false);
    }
    if (!answered.isDone()) {
      throw new CommandFailure(
          "stopped before the order was carried out: it is in the ledger, and the next trainer comes to it");
    }
    try {
      return answered.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof CommandFailure failure ? failure : e;
    }
  }

  private void requireNoTrainer() {
    Optional<Progress> progress = BisectModelsCommand.progress(cluster);
    Duration silence = settings.train().heartbeat().multipliedBy(MISSED);
    progress
        .filter(last -> last.getHeartbeat().isAfter(Instant.now().minus(silence)))
        .ifPresent(
            last -> {
              throw new CommandFailure(
                  "--here is for when no trainer runs, and %s held the lease at %s: give the order without it, or stop that trainer and wait %d s"
                      .formatted(last.getHolder(), last.getHeartbeat(), silence.toSeconds()));
            });
  }
}
