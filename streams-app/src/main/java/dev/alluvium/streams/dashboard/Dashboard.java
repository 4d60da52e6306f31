package dev.alluvium.streams.dashboard;

import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.DashboardSettings;
import dev.alluvium.streams.dashboard.history.History;
import dev.alluvium.streams.metrics.ReportMetrics;
import io.javalin.util.JavalinBindException;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.streams.KafkaStreams.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Dashboard, metrics and health of one process, from start to stop. */
public final class Dashboard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Dashboard.class);

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final DashboardServer server;

  /**
   * What the dashboard of a process shows.
   *
   * @param history filled by someone else
   * @param topologies the state of each topology of this process, by name
   * @param meters metrics beside ours and those of the process
   */
  public record Sources(
      History history, Supplier<Map<String, State>> topologies, List<MeterBinder> meters) {}

  /** Somebody else listens on the port, or the address is not this machine's. */
  public static final class PortTakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PortTakenException(DashboardSettings settings, Throwable cause) {
      super(
          "%s:%d cannot be listened on: %s"
              .formatted(settings.host(), settings.port(), cause.getMessage()),
          cause);
    }
  }

  private Dashboard(DashboardSettings settings, Optional<Token> token, Sources sources) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    opened.add(registry::close);
    Stream.concat(process().stream(), sources.meters().stream()).forEach(m -> bind(m, registry));
    ReportMetrics metrics = new ReportMetrics(registry);
    Supplier<String> scrape =
        () -> {
          metrics.update(sources.history().totals());
          return registry.scrape();
        };
    Health health = new Health(sources.topologies());
    try {
      server = new DashboardServer(settings, token, sources.history(), scrape, health);
    } catch (JavalinBindException e) {
      close();
      throw new PortTakenException(settings, e);
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
    Token.read(settings, environment, Clock.systemUTC());
  }

  /**
   * Serves a history that someone else fills.
   *
   * @param environment variables of the process, one of which may hold the token
   * @throws IllegalArgumentException when the settings name a token that cannot be used
   * @throws PortTakenException when the port is taken
   */
  public static Dashboard serve(
      DashboardSettings settings, Map<String, String> environment, Sources sources) {
    Optional<Token> token = Token.read(settings, environment, Clock.systemUTC());
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
      Supplier<Map<String, State>> topologies,
      List<MeterBinder> meters) {
    History history = new History(settings.history());
    Dashboard dashboard = serve(settings, environment, new Sources(history, topologies, meters));
    dashboard.opened.add(
        new ReportFeed(kafka, topics, history, settings.history(), Clock.systemUTC()));
    return dashboard;
  }

  private static List<MeterBinder> process() {
    return List.of(
        new ClassLoaderMetrics(),
        new JvmMemoryMetrics(),
        new JvmGcMetrics(),
        new JvmThreadMetrics(),
        new ProcessorMetrics(),
        new FileDescriptorMetrics(),
        new UptimeMetrics());
  }

  private void bind(MeterBinder binder, PrometheusMeterRegistry registry) {
    binder.bindTo(registry);
    if (binder instanceof AutoCloseable closeable) {
      opened.add(closeable);
    }
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
