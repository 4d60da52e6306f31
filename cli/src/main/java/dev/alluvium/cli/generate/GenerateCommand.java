package dev.alluvium.cli.generate;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.endpoint.Endpoint;
import dev.alluvium.cli.process.Lifetime;
import dev.alluvium.schemas.access.Role;
import dev.alluvium.trainer.generate.Generation;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code alluvium generate}: a generation worker, until it is told to stop. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description = {
      "Answer requests of the stream by the model that is promoted, or by a server, until told to stop.",
      "Any number of workers share the work."
    })
public final class GenerateCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private Lifetime.Options lifetime = new Lifetime.Options();

  @Override
  public Integer call() {
    AlluviumSettings settings = common.settings();
    WorkerHealth health = new WorkerHealth(settings.http().stalledAfter(), System::nanoTime);
    try (Lifetime untilStopped = lifetime.begin();
        Endpoint endpoint = Endpoint.open("generate", settings, System.getenv(), common::say)) {
      Connection.check(settings.cluster());
      Cluster cluster = Cluster.of(settings);
      Connection.awaitTopics(cluster, Set.of(Role.GENERATE), common::say, untilStopped::isOver);
      if (!untilStopped.isOver()) {
        Generation generation =
            new Generation(
                settings.generate(),
                settings.train(),
                settings.judges(),
                cluster.kafka(),
                cluster.topics(),
                endpoint);
        endpoint.show(health);
        Rates.show(
            common.err(), rates -> generation.run(untilStopped::isOver, rates.andThen(health)));
      }
    }
    return ExitCodes.DONE;
  }
}
