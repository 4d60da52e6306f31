package dev.alluvium.cli.streams;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.Failures;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.streams.StreamsApp;
import dev.alluvium.streams.config.DashboardSettings;
import dev.alluvium.streams.dashboard.Dashboard;
import dev.alluvium.streams.http.HttpServer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.logging.LogbackMetrics;
import io.micrometer.core.instrument.binder.system.DiskSpaceMetrics;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The dashboard beside the stream processors. A port that is taken is no reason to stop them:
 * several instances on one machine share the setting, and one page is enough.
 */
public final class ServedDashboard implements AutoCloseable {
  /** How the line begins that tells where it is. */
  public static final String SAID = "dashboard at ";

  private final @Nullable Dashboard dashboard;

  private ServedDashboard(@Nullable Dashboard dashboard) {
    this.dashboard = dashboard;
  }

  /**
   * Starts it when the settings say so.
   *
   * @param environment variables of the process
   * @param say told where it is, or why it is not there
   * @throws IllegalArgumentException when the settings name a token that cannot be used
   */
  static ServedDashboard start(
      AlluviumSettings settings,
      Map<String, String> environment,
      Cluster cluster,
      StreamsApp app,
      Consumer<String> say) {
    DashboardSettings where = settings.dashboard();
    if (!where.enabled()) {
      return new ServedDashboard(null);
    }
    List<MeterBinder> meters = new ArrayList<>(app.meters());
    meters.add(new LogbackMetrics());
    meters.add(new DiskSpaceMetrics(new File(settings.streams().stateDir())));
    try {
      Dashboard dashboard =
          Dashboard.start(
              where, environment, cluster.kafka(), cluster.topics(), app::states, meters);
      say.accept(SAID + dashboard.address());
      return new ServedDashboard(dashboard);
    } catch (HttpServer.PortTakenException e) {
      say.accept(
          "no dashboard, metrics and health here: %s; set dashboard.port to another port, or to 0 for any free one"
              .formatted(Failures.message(e)));
      return new ServedDashboard(null);
    }
  }

  @Override
  public void close() {
    if (dashboard != null) {
      dashboard.close();
    }
  }
}
