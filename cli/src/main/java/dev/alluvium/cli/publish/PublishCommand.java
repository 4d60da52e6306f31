package dev.alluvium.cli.publish;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.endpoint.Endpoint;
import dev.alluvium.cli.process.Lifetime;
import dev.alluvium.schemas.access.Role;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alluvium publish}: servers of vLLM follow the version that answers. */
@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    description = {
      "Load the version that answers into servers of vLLM, prove it, say so in a file, unload the old one;",
      "until told to stop. See docs/serving.md."
    })
public final class PublishCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private Lifetime.Options lifetime = new Lifetime.Options();

  @Option(
      names = "--once",
      description = {
        "Bring the servers there and end: exit code 0 when the version answers on all of them, else 1.",
        "With --json its result is printed."
      })
  private boolean once;

  @Override
  public Integer call() {
    if (common.json() && !once) {
      throw CommandFailure.usage("--json needs --once: the service has no result to print");
    }
    AlluviumSettings settings = common.settings();
    Cluster cluster = Cluster.of(settings);
    PublisherHealth health = new PublisherHealth(settings.http().stalledAfter(), System::nanoTime);
    try (Lifetime untilStopped = lifetime.begin();
        Endpoint endpoint = endpoint(settings)) {
      Publishing publishing = publishing(settings, cluster, health, endpoint);
      Connection.check(settings.cluster());
      Connection.awaitTopics(cluster, Set.of(Role.PUBLISH), common::say, untilStopped::isOver);
      if (once) {
        return tell(
            publishing
                .once(untilStopped::isOver)
                .orElseThrow(
                    () ->
                        new CommandFailure(
                            "nothing is known of %s: it cannot be read, or the command was stopped"
                                .formatted(cluster.topics().models().name()))));
      }
      endpoint.show(health);
      publishing.run(untilStopped::isOver);
    }
    return ExitCodes.DONE;
  }

  /** A run in cron or CI shares the settings with the service, and is over soon. */
  private Endpoint endpoint(AlluviumSettings settings) {
    return once
        ? Endpoint.none()
        : Endpoint.open("publish", settings, System.getenv(), common::say);
  }

  private static Publishing publishing(
      AlluviumSettings settings, Cluster cluster, PublisherHealth health, Endpoint endpoint) {
    try {
      return new Publishing(
          settings.publish(),
          settings.train(),
          cluster.kafka(),
          cluster.topics(),
          System.getenv(),
          health,
          endpoint);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private int tell(PublishReport report) {
    if (common.json()) {
      common.print(json(report));
    } else {
      Table table = new Table("SERVER", "STATE", "LOADED", "ERROR");
      for (ServerReport server : report.servers()) {
        table.row(server.url(), state(server), String.join(", ", server.loaded()), server.error());
      }
      table.print(common.out());
    }
    if (!report.answers()) {
      common.say(
          "%s does not answer on all servers%s"
              .formatted(report.version(), report.error().isEmpty() ? "" : ": " + report.error()));
    }
    return report.answers() ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private static ObjectNode json(PublishReport report) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("version", report.version())
            .put("model", report.model());
    ArrayNode servers = json.putArray("servers");
    for (ServerReport server : report.servers()) {
      ObjectNode node = servers.addObject().put("url", server.url());
      ArrayNode loaded = node.putArray("loaded");
      server.loaded().forEach(loaded::add);
      node.put("state", state(server)).put("error", server.error());
    }
    return json.put("switched", report.switched()).put("error", report.error());
  }

  private static String state(ServerReport server) {
    return server.state().name().toLowerCase(Locale.ROOT);
  }
}
