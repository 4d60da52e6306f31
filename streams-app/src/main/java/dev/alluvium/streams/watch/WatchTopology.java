package dev.alluvium.streams.watch;

import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.WatchState;
import dev.alluvium.schemas.avro.WatchedWindow;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.WatchSettings;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Watch's table of contents: reports in, drift back into the reports. */
public final class WatchTopology {
  private static final String WATCH = "watch";
  private static final String SOURCE = "watch-reports";
  private static final String SINK = "watch-drift";

  private final WatchSettings settings;
  private final Topics topics;
  private final SchemaStore schemas;

  /** The topology of a namespace. */
  public WatchTopology(WatchSettings settings, Topics topics, SchemaStore schemas) {
    this.settings = settings;
    this.topics = topics;
    this.schemas = schemas;
  }

  /** Builds it. */
  public Topology build() {
    Topic<String, Report> reports = topics.reports();
    Topology topology = new Topology();
    topology.addSource(
        SOURCE, reports.keys().deserializer(), reports.values().deserializer(), reports.name());
    topology.addProcessor(WATCH, () -> new WatchProcessor(settings), SOURCE);
    topology.addStateStore(store(WatchStores.STATE, WatchState.class).withCachingEnabled(), WATCH);
    topology.addStateStore(
        store(WatchStores.WINDOWS, WatchedWindow.class).withCachingEnabled(), WATCH);
    topology.addSink(
        SINK, reports.name(), reports.keys().serializer(), reports.values().serializer(), WATCH);
    return topology;
  }

  private <V extends SpecificRecord> StoreBuilder<KeyValueStore<String, V>> store(
      String name, Class<V> type) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.String(), AvroSerde.of(type, schemas));
  }
}
