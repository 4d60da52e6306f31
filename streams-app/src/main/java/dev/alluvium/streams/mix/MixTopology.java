package dev.alluvium.streams.mix;

import dev.alluvium.schemas.avro.AdmittedProbe;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.MixState;
import dev.alluvium.schemas.avro.OpenContents;
import dev.alluvium.schemas.avro.PooledCandidate;
import dev.alluvium.schemas.avro.RememberedText;
import dev.alluvium.schemas.avro.TrainedExample;
import dev.alluvium.schemas.avro.TrainedWindow;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.MixSettings;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Mix's table of contents: the ledger in, windows and reports out, ticks back into the ledger. */
public final class MixTopology {
  private static final String MIX = "mix";
  private static final String SOURCE = "mix-ledger";

  /** Rows of a store that have not reached the disk yet. */
  private static final long LATE_BYTES = 8 << 20;

  private final MixSettings settings;
  private final Topics topics;
  private final SchemaStore schemas;

  /** The topology of a namespace. */
  public MixTopology(MixSettings settings, Topics topics, SchemaStore schemas) {
    this.settings = settings;
    this.topics = topics;
    this.schemas = schemas;
  }

  /** Builds it. */
  public Topology build() {
    Topic<String, LedgerEntry> ledger = topics.ledger();
    Topology topology = new Topology();
    topology.addSource(
        SOURCE, ledger.keys().deserializer(), ledger.values().deserializer(), ledger.name());
    topology.addProcessor(MIX, () -> new MixProcessor(settings.tick(), settings.rules()), SOURCE);
    topology.addStateStore(store(StateStores.STATE, MixState.class).withCachingEnabled(), MIX);
    topology.addStateStore(late(StateStores.POOL, PooledCandidate.class), MIX);
    topology.addStateStore(store(StateStores.PROBES, AdmittedProbe.class), MIX);
    topology.addStateStore(store(StateStores.OPEN, OpenContents.class), MIX);
    topology.addStateStore(late(StateStores.RESERVOIRS, TrainedExample.class), MIX);
    topology.addStateStore(store(StateStores.TRAINED, TrainedWindow.class), MIX);
    // Small rows, bounded, and read at a start only.
    topology.addStateStore(
        store(Stores.inMemoryKeyValueStore(StateStores.REMEMBERED), RememberedText.class), MIX);
    sink(topology, MixProcessor.WINDOWS, topics.windows());
    sink(topology, MixProcessor.REPORTS, topics.reports());
    sink(topology, MixProcessor.LEDGER, ledger);
    return topology;
  }

  private <V extends SpecificRecord> StoreBuilder<KeyValueStore<String, V>> store(
      String name, Class<V> type) {
    return store(Stores.persistentKeyValueStore(name), type);
  }

  /** Rows that are large, never written over, and where the trainer keeps up soon deleted. */
  private <V extends SpecificRecord> StoreBuilder<KeyValueStore<String, V>> late(
      String name, Class<V> type) {
    return store(LateStore.over(Stores.persistentKeyValueStore(name), LATE_BYTES), type);
  }

  private <V extends SpecificRecord> StoreBuilder<KeyValueStore<String, V>> store(
      KeyValueBytesStoreSupplier rows, Class<V> type) {
    return Stores.keyValueStoreBuilder(rows, Serdes.String(), AvroSerde.of(type, schemas));
  }

  private static <K, V> void sink(Topology topology, String name, Topic<K, V> topic) {
    topology.addSink(
        name, topic.name(), topic.keys().serializer(), topic.values().serializer(), MIX);
  }
}
