package dev.alluvium.streams.mix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.schemas.avro.AdmittedProbe;
import dev.alluvium.schemas.avro.MixState;
import dev.alluvium.schemas.avro.OpenContents;
import dev.alluvium.schemas.avro.PooledCandidate;
import dev.alluvium.schemas.avro.RememberedText;
import dev.alluvium.schemas.avro.TrainedExample;
import dev.alluvium.schemas.avro.TrainedWindow;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.streams.mix.fold.Ledger;
import dev.alluvium.streams.mix.fold.MixStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class MixProcessorTest {
  private final MockProcessorContext<String, SpecificRecord> context = new MockProcessorContext<>();

  @Test
  void proposesItsPolicyAgainWhenItsTaskIsRevivedAfterAnAbortedTransaction() {
    stores();
    MixProcessor mix = new MixProcessor(Duration.ofSeconds(1), Ledger.policy(8, Map.of()));

    assertThat(writtenAfterInit(mix)).containsExactly("policy", "tick");
    assertThat(writtenAfterInit(mix)).containsExactly("policy", "tick");
  }

  @Test
  void whatReachesTheDiskLateIsNeverWrittenOver() {
    stores();
    MixStore tables = StateStores.of(context);
    assertThatThrownBy(() -> tables.pool().put("a", new PooledCandidate()))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> tables.reservoirs().put("a", new TrainedExample()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("the row of a");
  }

  /** What the first tick writes to the ledger; nothing of it comes back, as after an abort. */
  private List<String> writtenAfterInit(MixProcessor mix) {
    context.resetForwards();
    mix.init(context);
    int last = context.scheduledPunctuators().size() - 1;
    context.scheduledPunctuators().get(last).getPunctuator().punctuate(1_000);
    return context.forwarded().stream().<String>map(forward -> forward.record().key()).toList();
  }

  private void stores() {
    store(StateStores.STATE, MixState.class);
    store(StateStores.POOL, PooledCandidate.class);
    store(StateStores.PROBES, AdmittedProbe.class);
    store(StateStores.OPEN, OpenContents.class);
    store(StateStores.RESERVOIRS, TrainedExample.class);
    store(StateStores.TRAINED, TrainedWindow.class);
    store(StateStores.REMEMBERED, RememberedText.class);
  }

  private <V extends SpecificRecord> void store(String name, Class<V> type) {
    KeyValueStore<String, V> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(name),
                Serdes.String(),
                AvroSerde.of(type, SchemaHistory.store()))
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
  }
}
