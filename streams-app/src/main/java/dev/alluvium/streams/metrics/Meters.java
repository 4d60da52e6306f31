package dev.alluvium.streams.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Values of a catalogue's metrics, registered when they are first set. Owned by one thread. */
public final class Meters {
  private final MeterRegistry registry;
  private final Map<Series, Value> values = new HashMap<>();
  private final Set<Series> set = new HashSet<>();

  /** Metrics in this registry. */
  public Meters(MeterRegistry registry) {
    this.registry = registry;
  }

  private record Series(Description metric, List<String> labels) {}

  /** Held by this object, so that the registry's weak references last as long as it does. */
  private static final class Value {
    private volatile double now;

    double now() {
      return now;
    }
  }

  /** Begins a round: what is not set in it has gone. */
  public void begin() {
    set.clear();
  }

  /** Sets a value; the labels' values are in the catalogue's order. */
  public void set(Described metric, double value, String... labels) {
    Series series = new Series(metric.description(), List.of(labels));
    set.add(series);
    values.computeIfAbsent(series, this::register).now = value;
  }

  /** Sets a value per label. */
  public void set(Described metric, Map<String, ? extends Number> values) {
    values.forEach((label, value) -> set(metric, value.doubleValue(), label));
  }

  /** Ends a round: a level that has gone is 0, a total stays. */
  public void end() {
    values.forEach(
        (series, value) -> {
          if (!set.contains(series) && !series.metric().isCounter()) {
            value.now = 0;
          }
        });
  }

  private Value register(Series series) {
    Description metric = series.metric();
    Value value = new Value();
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < metric.labels().size(); i++) {
      tags.add(Tag.of(metric.labels().get(i), series.labels().get(i)));
    }
    if (metric.isCounter()) {
      FunctionCounter.builder(metric.name(), value, Value::now)
          .tags(tags)
          .description(metric.meaning())
          .register(registry);
    } else {
      Gauge.builder(metric.name(), value, Value::now)
          .tags(tags)
          .description(metric.meaning())
          .register(registry);
    }
    return value;
  }
}
