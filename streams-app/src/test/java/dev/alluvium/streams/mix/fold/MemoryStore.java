package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.AdmittedProbe;
import dev.alluvium.schemas.avro.MixState;
import dev.alluvium.schemas.avro.OpenContents;
import dev.alluvium.schemas.avro.PooledCandidate;
import dev.alluvium.schemas.avro.RememberedText;
import dev.alluvium.schemas.avro.TrainedExample;
import dev.alluvium.schemas.avro.TrainedWindow;
import dev.alluvium.schemas.serde.AvroSerde;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Keeps bytes, as a real store does, so that nothing survives by being the same object. */
final class MemoryStore {
  private final Rows<MixState> state = new Rows<>(MixState.class);
  private final Rows<PooledCandidate> pool = new Rows<>(PooledCandidate.class);
  private final Rows<AdmittedProbe> probes = new Rows<>(AdmittedProbe.class);
  private final Rows<OpenContents> open = new Rows<>(OpenContents.class);
  private final Rows<RememberedText> remembered = new Rows<>(RememberedText.class);
  private final Rows<TrainedWindow> trained = new Rows<>(TrainedWindow.class);
  private final Rows<TrainedExample> reservoirs = new Rows<>(TrainedExample.class);

  /** The tables, for a fold. */
  final MixStore tables = new MixStore(state, pool, probes, open, reservoirs, trained, remembered);

  private static final class Rows<V extends SpecificRecord> implements MixStore.Table<V> {
    private final AvroSerde<V> serde;
    private final Deserializer<V> reader;
    private final Map<String, byte[]> rows = new TreeMap<>();

    Rows(Class<V> type) {
      this.serde = AvroSerde.of(type, new SchemaStore.Cache());
      this.reader = serde.deserializer();
    }

    @Override
    public @Nullable V get(String key) {
      byte[] bytes = rows.get(key);
      return bytes == null ? null : reader.deserialize("", bytes);
    }

    @Override
    public void put(String key, V row) {
      rows.put(key, serde.toBytes(row));
    }

    @Override
    public void delete(String key) {
      rows.remove(key);
    }

    @Override
    public void visit(BiConsumer<String, V> visitor) {
      rows.forEach((key, bytes) -> visitor.accept(key, reader.deserialize("", bytes)));
    }
  }

  /** Candidates that wait or belong to a window without an outcome. */
  int candidates() {
    return pool.rows.size();
  }

  /** Candidates that wait. */
  int pooled() {
    return pooled("");
  }

  /** Candidates of a skill that wait; of all skills when it is empty. */
  int pooled(String skill) {
    Set<String> waiting = new HashSet<>(pool.rows.keySet());
    open.visit((window, contents) -> contents.getPlaces().forEach(p -> waiting.remove(p.getKey())));
    String prefix = skill.isEmpty() ? "" : skill + "|";
    return (int) waiting.stream().filter(key -> key.startsWith(prefix)).count();
  }

  /** Windows whose contents are kept. */
  int openWindows() {
    return open.rows.size();
  }

  /** Texts that are remembered. */
  int remembered() {
    return remembered.rows.size();
  }

  /** Keys of what may be replayed. */
  Set<String> kept() {
    return reservoirs.rows.keySet();
  }

  /** The row of state; null before the first entry. */
  @Nullable MixState state() {
    return state.rows.values().stream()
        .findFirst()
        .map(row -> state.reader.deserialize("", row))
        .orElse(null);
  }
}
