package dev.alluvium.cli.endpoint;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.schemas.client.ClientListener;
import dev.alluvium.streams.config.Listening;
import dev.alluvium.streams.http.Door;
import dev.alluvium.streams.http.HttpServer;
import dev.alluvium.streams.http.Token;
import dev.alluvium.streams.metrics.Scrape;
import io.micrometer.core.instrument.binder.logging.LogbackMetrics;
import io.micrometer.core.instrument.binder.system.DiskSpaceMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Metrics and health of a process over HTTP, from start to stop; nothing where the settings say so.
 */
public final class Endpoint implements AutoCloseable, ClientListener {
  /** How the line begins that tells where it is. */
  private static final String SAID = "metrics and health at ";

  private final ProcessHealth health = new ProcessHealth();
  private final Optional<Scrape> scrape;
  private final Optional<HttpServer> server;

  private Endpoint(
      String process, String namespace, Optional<Listening> where, Optional<Token> token) {
    scrape = where.map(on -> new Scrape(process, namespace, health, health::measure));
    try {
      server = where.map(on -> new HttpServer(on, Door.of(token), this::text, health));
    } catch (HttpServer.PortTakenException e) {
      scrape.ifPresent(Scrape::close);
      throw new CommandFailure(
          "%s; set http.port to a port of this process's own, or to 0 for no metrics and health"
              .formatted(e.getMessage()));
    }
    scrape.ifPresent(measured -> measured.bind(new LogbackMetrics()));
  }

  /**
   * Starts it.
   *
   * @param process such as {@code train}
   * @param environment variables of the process, one of which may hold the token
   * @param say told where it is
   * @throws CommandFailure when it cannot listen there, or the settings name a token that cannot be
   *     used
   */
  public static Endpoint open(
      String process,
      AlluviumSettings settings,
      Map<String, String> environment,
      Consumer<String> say) {
    Optional<Listening> where = settings.http().listening();
    Endpoint endpoint =
        new Endpoint(
            process, settings.namespace(), where, where.flatMap(on -> token(on, environment)));
    endpoint.server.ifPresent(on -> say.accept(SAID + on.address()));
    return endpoint;
  }

  /**
   * Looks whether the settings name a token that can be used, or none.
   *
   * @param environment variables of the process, one of which may hold the token
   * @throws RuntimeException when they name one that cannot be used; says why
   */
  public static void check(AlluviumSettings settings, Map<String, String> environment) {
    settings.http().listening().ifPresent(on -> Token.read(on, environment, Clock.systemUTC()));
  }

  /** Nothing is served. */
  public static Endpoint none() {
    return new Endpoint("", "", Optional.empty(), Optional.empty());
  }

  private static Optional<Token> token(Listening where, Map<String, String> environment) {
    try {
      return Token.read(where, environment, Clock.systemUTC());
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private String text() {
    return scrape.map(Scrape::text).orElse("");
  }

  /** From now on this runs in the process too. */
  public void show(Observed observed) {
    health.add(observed);
  }

  /** Shows how much room is left where a directory is, which is made if it is not there. */
  public void showRoom(Path directory) {
    scrape.ifPresent(
        measured -> {
          try {
            measured.bind(new DiskSpaceMetrics(Files.createDirectories(directory).toFile()));
          } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be made", e);
          }
        });
  }

  @Override
  public void opened(Supplier<Map<MetricName, ? extends Metric>> metrics) {
    scrape.ifPresent(measured -> measured.bind(ClientMeters.of(metrics)));
  }

  @Override
  public void close() {
    server.ifPresent(HttpServer::close);
    scrape.ifPresent(Scrape::close);
  }
}
