package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.AdmittedProbe;
import dev.alluvium.schemas.avro.MixState;
import dev.alluvium.schemas.avro.PooledCandidate;
import dev.alluvium.schemas.serde.AvroSerde;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Keeps bytes, as a real store does, so that nothing survives by being the same object. */
final class MemoryStore implements MixStore {
  private static final String ROW = "row";

  private final Table<MixState> state = new Table<>(MixState.class);
  private final Table<PooledCandidate> pool = new Table<>(PooledCandidate.class);
  private final Table<AdmittedProbe> probes = new Table<>(AdmittedProbe.class);

  private static final class Table<T extends SpecificRecord> {
    private final AvroSerde<T> serde;
    private final Deserializer<T> reader;
    private final Map<String, byte[]> rows = new TreeMap<>();

    Table(Class<T> type) {
      this.serde = AvroSerde.of(type, new SchemaStore.Cache());
      this.reader = serde.deserializer();
    }

    @Nullable T get(String key) {
      byte[] bytes = rows.get(key);
      return bytes == null ? null : reader.deserialize("", bytes);
    }

    void put(String key, T value) {
      rows.put(key, serde.toBytes(value));
    }

    void visit(BiConsumer<String, T> visitor) {
      rows.forEach((key, bytes) -> visitor.accept(key, reader.deserialize("", bytes)));
    }
  }

  int pooled() {
    return pool.rows.size();
  }

  /** Candidates of a skill that wait. */
  int pooled(String skill) {
    return (int) pool.rows.keySet().stream().filter(key -> key.startsWith(skill + "|")).count();
  }

  @Override
  public @Nullable MixState state() {
    return state.get(ROW);
  }

  @Override
  public void putState(MixState row) {
    state.put(ROW, row);
  }

  @Override
  public @Nullable PooledCandidate candidate(String key) {
    return pool.get(key);
  }

  @Override
  public void putCandidate(String key, PooledCandidate candidate) {
    pool.put(key, candidate);
  }

  @Override
  public void deleteCandidate(String key) {
    pool.rows.remove(key);
  }

  @Override
  public void candidates(BiConsumer<String, PooledCandidate> visitor) {
    pool.visit(visitor);
  }

  @Override
  public @Nullable AdmittedProbe probe(String pairId) {
    return probes.get(pairId);
  }

  @Override
  public void putProbe(String pairId, AdmittedProbe probe) {
    probes.put(pairId, probe);
  }

  @Override
  public void deleteProbe(String pairId) {
    probes.rows.remove(pairId);
  }

  @Override
  public void probes(BiConsumer<String, AdmittedProbe> visitor) {
    probes.visit(visitor);
  }
}
