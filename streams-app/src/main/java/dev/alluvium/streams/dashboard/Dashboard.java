package dev.alluvium.streams.dashboard;

import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.DashboardSettings;
import dev.alluvium.streams.dashboard.history.History;
import dev.alluvium.streams.http.HttpServer;
import dev.alluvium.streams.http.Token;
import dev.alluvium.streams.metrics.ReportMetrics;
import dev.alluvium.streams.metrics.Scrape;
import dev.alluvium.streams.runtime.ApplicationState;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Dashboard, metrics and health of one process, from start to stop. */
public final class Dashboard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Dashboard.class);
  private static final String PROCESS = "streams";

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final DashboardServer server;

  /**
   * What the dashboard of a process shows.
   *
   * @param namespace of the pipeline; empty for none
   * @param history filled by someone else
   * @param topologies the state of each topology of this process, by name
   * @param meters metrics beside ours and those of the process
   */
  public record Sources(
      String namespace,
      History history,
      Supplier<Map<String, ApplicationState>> topologies,
      List<MeterBinder> meters) {}

  private Dashboard(DashboardSettings settings, Optional<Token> token, Sources sources) {
    TopologyHealth health = new TopologyHealth(sources.topologies());
    Scrape scrape =
        new Scrape(
            PROCESS,
            sources.namespace(),
            health,
            meters -> ReportMetrics.set(sources.history().totals(), meters));
    opened.add(scrape);
    sources.meters().forEach(scrape::bind);
    try {
      server =
          new DashboardServer(settings.listening(), token, sources.history(), scrape::text, health);
    } catch (HttpServer.PortTakenException e) {
      close();
      throw e;
    }
    opened.add(server);
  }

  /**
   * Looks whether the settings name a token that can be used, or none.
   *
   * @param environment variables of the process, one of which may hold the token
   * @throws IllegalArgumentException when they name one that cannot be used
   */
  public static void check(DashboardSettings settings, Map<String, String> environment) {
    Token.read(settings.listening(), environment, Clock.systemUTC());
  }

  /**
   * Serves a history that someone else fills.
   *
   * @param environment variables of the process, one of which may hold the token
   * @throws IllegalArgumentException when the settings name a token that cannot be used
   * @throws HttpServer.PortTakenException when the port is taken
   */
  public static Dashboard serve(
      DashboardSettings settings, Map<String, String> environment, Sources sources) {
    Optional<Token> token = Token.read(settings.listening(), environment, Clock.systemUTC());
    return new Dashboard(settings, token, sources);
  }

  /**
   * Reads the reports of a namespace and serves them.
   *
   * @param topologies the state of each topology of this process, by name
   * @param meters metrics beside ours and those of the process
   */
  public static Dashboard start(
      DashboardSettings settings,
      Map<String, String> environment,
      KafkaSettings kafka,
      Topics topics,
      Supplier<Map<String, ApplicationState>> topologies,
      List<MeterBinder> meters) {
    History history = new History(settings.history());
    Dashboard dashboard =
        serve(settings, environment, new Sources(topics.namespace(), history, topologies, meters));
    dashboard.opened.add(
        new ReportFeed(kafka, topics, history, settings.history(), Clock.systemUTC()));
    return dashboard;
  }

  /** Where it is. */
  public URI address() {
    return server.address();
  }

  @Override
  public void close() {
    for (int i = opened.size() - 1; i >= 0; i--) {
      try {
        opened.get(i).close();
      } catch (Exception e) {
        LOG.warn("a part of the dashboard could not be closed", e);
      }
    }
  }
}
