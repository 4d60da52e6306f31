package dev.alluvium.cli.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/** A single-node broker inside this process; its data stays in the directory it was given. */
public final class EmbeddedBroker implements AutoCloseable {
  /** Another process may take a port between our choosing it and the broker's binding it. */
  private static final int ATTEMPTS = 5;

  private final KafkaRaftServer server;
  private final int port;
  private final Path data;

  private EmbeddedBroker(KafkaRaftServer server, int port, Path data) {
    this.server = server;
    this.port = port;
    this.data = data;
  }

  /**
   * Starts a broker and returns when it takes requests.
   *
   * @param data directory of its log; formatted when it is new
   * @param port port on localhost, or 0 for any free one
   * @throws BrokerException when the port is taken or the directory cannot be used
   */
  public static EmbeddedBroker start(Path data, int port) {
    requireUnused(data);
    boolean wasKilled = StaleRegistration.isIn(data);
    format(data);
    for (int attempt = 1; ; attempt++) {
      int brokerPort = port == 0 ? freePortBeside(0) : port;
      @Nullable KafkaRaftServer server = null;
      try {
        if (wasKilled) {
          StaleRegistration.remove(data, freePortBeside(brokerPort));
          wasKilled = false;
        }
        Properties properties = BrokerProperties.of(data, brokerPort, freePortBeside(brokerPort));
        server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        server.startup();
        return new EmbeddedBroker(server, brokerPort, data);
      } catch (RuntimeException e) {
        stop(server);
        if (!isBindFailure(e)) {
          throw new BrokerException(
              "the broker in %s did not start: %s".formatted(data, e.getMessage()), e);
        }
        if (port != 0 || attempt == ATTEMPTS) {
          throw new BrokerException(
              "port %d on localhost is taken: stop what listens there, or choose another with --port (0 takes any free one)"
                  .formatted(brokerPort),
              e);
        }
      }
    }
  }

  /** Where clients find it, as {@code host:port}. */
  public String bootstrapServers() {
    return "localhost:" + port;
  }

  /** Its directory. */
  public Path data() {
    return data;
  }

  @Override
  public void close() {
    stop(server);
  }

  private static void stop(@Nullable KafkaRaftServer server) {
    if (server != null) {
      server.shutdown();
      server.awaitShutdown();
    }
  }

  /** Kafka itself ends the process when another broker holds the lock of a directory. */
  private static void requireUnused(Path data) {
    Path lock = data.resolve(".lock");
    if (!Files.exists(lock)) {
      return;
    }
    boolean unused;
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      unused = held != null;
    } catch (OverlappingFileLockException e) {
      unused = false;
    } catch (IOException e) {
      throw new BrokerException(
          "the broker's directory %s cannot be used: %s".formatted(data, e.getMessage()), e);
    }
    if (!unused) {
      throw new BrokerException(
          "another broker works in %s: stop it, or choose another directory with --data"
              .formatted(data));
    }
  }

  /** Prepares a directory, if it is new. */
  static void format(Path data) {
    try {
      Files.createDirectories(data);
      if (Files.exists(data.resolve("meta.properties"))) {
        return;
      }
      new Formatter()
          .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
          .setNodeId(BrokerProperties.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
          .addDirectory(data.toString())
          .setMetadataLogDirectory(data.toString())
          .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
          .run();
    } catch (Exception e) {
      throw new BrokerException(
          "the broker's directory %s cannot be prepared: %s".formatted(data, e.getMessage()), e);
    }
  }

  /** The system may name the same port twice while nobody has bound it. */
  private static int freePortBeside(int other) {
    try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket another = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return one.getLocalPort() == other ? another.getLocalPort() : one.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on localhost", e);
    }
  }

  private static boolean isBindFailure(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      boolean saysSo =
          cause instanceof KafkaException
              && String.valueOf(cause.getMessage()).contains("Socket server failed to bind");
      if (cause instanceof BindException || saysSo) {
        return true;
      }
    }
    return false;
  }
}
