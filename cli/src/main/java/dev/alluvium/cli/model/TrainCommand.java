package dev.alluvium.cli.model;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.endpoint.Endpoint;
import dev.alluvium.cli.generate.Rates;
import dev.alluvium.cli.generate.WorkerHealth;
import dev.alluvium.cli.process.Lifetime;
import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.schemas.access.Role;
import dev.alluvium.trainer.config.OneProcess;
import dev.alluvium.trainer.generate.Generation;
import dev.alluvium.trainer.loop.Companion;
import dev.alluvium.trainer.loop.Trainer;
import dev.alluvium.trainer.loop.TrainerStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alluvium train}: the trainer, until it is told to stop or loses the lease. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Train windows as they come, commit checkpoints and versions.",
      "One trainer per namespace: a second one takes over and the first exits with 4.",
      "Exits with 5 when windows were deleted before they were trained, see --from.",
      "With --with-generation a generation worker runs in the same process."
    })
public final class TrainCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private Lifetime.Options lifetime = new Lifetime.Options();

  @Option(
      names = "--with-generation",
      description = {
        "Also answer requests of the stream, as alluvium generate does, on the same frozen base model:",
        "its weights are in memory once. Needs train.method lora, or generate.backend openai."
      })
  private boolean withGeneration;

  @Option(
      names = "--from",
      paramLabel = "latest",
      description = {
        "Where windows were deleted before they were trained, go on with the first whole one that is",
        "left. Only together with --accept-loss; without a loss it changes nothing."
      })
  private @Nullable From from;

  @Option(
      names = "--accept-loss",
      description =
          "Give up such windows for good: they go into quarantine, and `alluvium verify` tells of them.")
  private boolean acceptLoss;

  /** Where to go on after a loss. */
  private enum From {
    LATEST
  }

  @Override
  public Integer call() {
    if (acceptLoss != (from != null)) {
      throw CommandFailure.usage(
          "--from latest and --accept-loss go together: windows that were deleted before they were trained are given up for good, so both must be said");
    }
    AlluviumSettings settings = common.settings();
    Optional<OneProcess> together =
        withGeneration ? Optional.of(together(settings)) : Optional.empty();
    Duration stalledAfter = settings.http().stalledAfter();
    TrainerStatus status = new TrainerStatus(System::nanoTime);
    WorkerHealth worker = new WorkerHealth(stalledAfter, System::nanoTime);
    try (Lifetime untilStopped = lifetime.begin();
        Endpoint endpoint = Endpoint.open("train", settings, System.getenv(), common::say)) {
      Connection.check(settings.cluster());
      Cluster cluster = Cluster.of(settings);
      Connection.awaitTopics(cluster, roles(), common::say, untilStopped::isOver);
      endpoint.show(new TrainerHealth(status, stalledAfter));
      together.ifPresent(both -> endpoint.show(worker));
      endpoint.showRoom(Path.of(settings.train().store()));
      Trainer.run(
          together.map(OneProcess::train).orElse(settings.train()),
          settings.judges(),
          cluster.kafka(),
          cluster.topics(),
          untilStopped::isOver,
          together.map(both -> companion(both, settings.judges(), cluster, worker, endpoint)),
          acceptLoss,
          status,
          endpoint);
    }
    return ExitCodes.DONE;
  }

  private Set<Role> roles() {
    return withGeneration ? Set.of(Role.TRAIN, Role.GENERATE) : Set.of(Role.TRAIN);
  }

  private OneProcess together(AlluviumSettings settings) {
    int cores = Runtime.getRuntime().availableProcessors();
    OneProcess both;
    try {
      both = OneProcess.of(settings.train(), settings.generate(), cores);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
    if (both.crowds(cores)) {
      common.say(
          "warning: train.threads (%d) and generate.threads (%d) are more than the %d cores here: both will be slow"
              .formatted(both.train().cpuThreads(), both.generate().compute().threads(), cores));
    }
    return both;
  }

  private Companion companion(
      OneProcess both,
      JudgeSettings judges,
      Cluster cluster,
      WorkerHealth health,
      Endpoint endpoint) {
    Generation generation =
        new Generation(
            both.generate(), both.train(), judges, cluster.kafka(), cluster.topics(), endpoint);
    return (frozen, stop) ->
        Rates.show(common.err(), rates -> generation.run(frozen, stop, rates.andThen(health)));
  }
}
