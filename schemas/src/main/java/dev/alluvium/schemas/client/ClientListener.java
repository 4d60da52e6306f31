package dev.alluvium.schemas.client;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/** Told of the clients that live as long as their process, so that what they measure is shown. */
@FunctionalInterface
public interface ClientListener {
  /** Shows nothing. */
  ClientListener NONE = metrics -> {};

  /**
   * A client is open.
   *
   * @param metrics what it measures; may be asked by any thread, and after the client is closed
   */
  void opened(Supplier<Map<MetricName, ? extends Metric>> metrics);
}
