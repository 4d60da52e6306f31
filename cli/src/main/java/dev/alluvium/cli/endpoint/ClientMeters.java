package dev.alluvium.cli.endpoint;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/** What a Kafka client measures, as Micrometer binds it. */
final class ClientMeters {
  private ClientMeters() {}

  /**
   * A binder for a client of any kind. Micrometer's asks a consumer for nothing but its metrics,
   * and has no constructor for share consumers.
   */
  static MeterBinder of(Supplier<Map<MetricName, ? extends Metric>> metrics) {
    Consumer<?, ?> client =
        (Consumer<?, ?>)
            Proxy.newProxyInstance(
                ClientMeters.class.getClassLoader(),
                new Class<?>[] {Consumer.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("metrics")) {
                    return metrics.get();
                  }
                  throw new UnsupportedOperationException(
                      "only the metrics of a client are known here, not " + method.getName());
                });
    return new KafkaClientMetrics(client);
  }
}
