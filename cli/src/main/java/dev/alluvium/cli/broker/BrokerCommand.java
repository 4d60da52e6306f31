package dev.alluvium.cli.broker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.process.Lifetime;
import dev.alluvium.cli.process.TempDirectory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alluvium broker}: runs the embedded broker until it is told to stop. */
@Command(
    name = "broker",
    mixinStandardHelpOptions = true,
    description = "Run an embedded single-node Kafka broker on localhost.")
public final class BrokerCommand implements Callable<Integer> {
  private static final int MAX_PORT = 65_535;

  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private Lifetime.Options lifetime = new Lifetime.Options();

  @Option(
      names = "--port",
      defaultValue = "9092",
      description = "Port on localhost; 0 takes any free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @ArgGroup private Place place = new Place();

  /** Where the log lives. */
  static final class Place {
    @Option(
        names = "--data",
        paramLabel = "DIR",
        description = "Directory of the log, kept. Default: .alluvium/broker.")
    private @Nullable Path data;

    @Option(names = "--temp", description = "Use a temporary directory and delete it at the end.")
    private boolean temp;

    Path resolve(@Nullable TempDirectory made) {
      if (made != null) {
        return made.path();
      }
      return (data == null ? Path.of(".alluvium", "broker") : data).toAbsolutePath();
    }
  }

  @Override
  public Integer call() {
    if (port < 0 || port > MAX_PORT) {
      throw CommandFailure.usage("--port is %d: expected 0 to %d".formatted(port, MAX_PORT));
    }
    try (Lifetime untilStopped = lifetime.begin();
        TempDirectory temp = place.temp ? TempDirectory.create("alluvium-broker-") : null;
        EmbeddedBroker broker = EmbeddedBroker.start(place.resolve(temp), port)) {
      announce(broker);
      untilStopped.await();
    }
    return ExitCodes.DONE;
  }

  private void announce(EmbeddedBroker broker) {
    if (common.json()) {
      ObjectNode ready = JsonNodeFactory.instance.objectNode();
      ready.put("bootstrap", broker.bootstrapServers()).put("data", broker.data().toString());
      common.print(ready);
    } else {
      common.out().println("bootstrap=" + broker.bootstrapServers());
      common.out().flush();
      common.say(
          "broker is ready on %s, data in %s; Ctrl-C stops it"
              .formatted(broker.bootstrapServers(), broker.data()));
    }
  }
}
