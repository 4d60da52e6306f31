package dev.alluvium.cli.streams;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.process.Lifetime;
import dev.alluvium.schemas.access.Role;
import dev.alluvium.streams.StreamsApp;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code alluvium streams}: curate, mix and watch, until they are told to stop or give up. */
@Command(
    name = "streams",
    mixinStandardHelpOptions = true,
    description = {
      "Judge pairs (curate), mix them into windows (mix) and watch for drift (watch), until told to stop.",
      "Several instances share the work."
    })
public final class StreamsCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private Lifetime.Options lifetime = new Lifetime.Options();

  @Override
  public Integer call() {
    AlluviumSettings settings = common.settings();
    try (Lifetime untilStopped = lifetime.begin()) {
      Connection.check(settings.cluster());
      Cluster cluster = Cluster.of(settings);
      Connection.awaitTopics(cluster, Set.of(Role.STREAMS), common::say, untilStopped::isOver);
      if (!untilStopped.isOver()) {
        run(settings, cluster, untilStopped);
      }
    }
    return ExitCodes.DONE;
  }

  private void run(AlluviumSettings settings, Cluster cluster, Lifetime untilStopped) {
    try (StreamsApp app =
        new StreamsApp(
            settings.streamProcessors(), cluster.kafka(), cluster.topics(), cluster.schemas())) {
      CompletableFuture<Void> stopped = app.stopped();
      CompletableFuture<Void> unused =
          stopped.whenComplete((nothing, failure) -> untilStopped.stop());
      app.start();
      try (ServedDashboard dashboard =
          ServedDashboard.start(settings, System.getenv(), cluster, app, common::say)) {
        untilStopped.await();
      }
      if (stopped.isCompletedExceptionally()) {
        stopped.join();
      }
    } catch (CompletionException e) {
      throw new CommandFailure(
          "the stream processors gave up; fix the cause and start again, nothing is lost",
          e.getCause() == null ? e : e.getCause());
    }
  }
}
