package dev.alluvium.cli.testing;

import dev.alluvium.cli.broker.EmbeddedBroker;
import dev.alluvium.cli.process.TempDirectory;

/** One broker for all integration tests of this JVM; each test uses a namespace of its own. */
public final class SharedBroker {
  private static final EmbeddedBroker BROKER = start();

  private SharedBroker() {}

  /** Where it is. */
  public static String bootstrapServers() {
    return BROKER.bootstrapServers();
  }

  private static EmbeddedBroker start() {
    TempDirectory data = TempDirectory.create("alluvium-it-");
    EmbeddedBroker broker = EmbeddedBroker.start(data.path(), 0);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  broker.close();
                  data.close();
                }));
    return broker;
  }
}
