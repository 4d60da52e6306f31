package dev.alluvium.streams.metrics;

import dev.alluvium.streams.http.Health;
import io.micrometer.core.instrument.Tag;
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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process tells Prometheus: what the virtual machine and libraries measure, health, and
 * metrics of ours, which are set when somebody asks. All carry the labels {@code namespace} and
 * {@code process}.
 */
public final class Scrape implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scrape.class);

  /** Instead of the empty namespace, which Prometheus could not tell from none. */
  private static final String UNNAMED = "alluvium";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final Meters meters;
  private final Health health;
  private final Consumer<Meters> ours;

  /**
   * Measures a process.
   *
   * @param process such as {@code train}
   * @param namespace of the pipeline; empty for none
   * @param ours sets our metrics
   */
  public Scrape(String process, String namespace, Health health, Consumer<Meters> ours) {
    this.health = health;
    this.ours = ours;
    registry
        .config()
        .commonTags(
            List.of(
                Tag.of("namespace", namespace.isEmpty() ? UNNAMED : namespace),
                Tag.of("process", process)));
    this.meters = new Meters(registry);
    List.of(
            new ClassLoaderMetrics(),
            new JvmMemoryMetrics(),
            new JvmGcMetrics(),
            new JvmThreadMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics())
        .forEach(this::bind);
  }

  /** Adds what a library measures, for as long as this is open. */
  public synchronized void bind(MeterBinder binder) {
    binder.bindTo(registry);
    if (binder instanceof AutoCloseable closeable) {
      opened.add(closeable);
    }
  }

  /** The Prometheus text of now. */
  public synchronized String text() {
    meters.begin();
    ours.accept(meters);
    meters.set(ProcessMetric.LIVE, health.live().good() ? 1 : 0);
    meters.set(ProcessMetric.READY, health.ready().good() ? 1 : 0);
    meters.end();
    return registry.scrape();
  }

  @Override
  public synchronized void close() {
    for (int i = opened.size() - 1; i >= 0; i--) {
      try {
        opened.get(i).close();
      } catch (Exception e) {
        LOG.warn("a part of the metrics could not be closed", e);
      }
    }
    registry.close();
  }
}
