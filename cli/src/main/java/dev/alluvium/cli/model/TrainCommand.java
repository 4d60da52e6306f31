package dev.alluvium.cli.model;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.process.Lifetime;
import dev.alluvium.trainer.loop.Trainer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code alluvium train}: the trainer, until it is told to stop or loses the lease. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Train windows as they come, commit checkpoints and versions.",
      "One trainer per namespace: a second one takes over and the first exits with 4."
    })
public final class TrainCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private Lifetime.Options lifetime = new Lifetime.Options();

  @Override
  public Integer call() {
    AlluviumSettings settings = common.settings();
    Connection.check(settings.cluster());
    try (Lifetime untilStopped = lifetime.begin()) {
      Cluster cluster = Cluster.of(settings);
      Connection.awaitTopics(cluster, common::say, untilStopped::isOver);
      Trainer.run(settings.train(), cluster.kafka(), cluster.topics(), untilStopped::isOver);
    }
    return ExitCodes.DONE;
  }
}
