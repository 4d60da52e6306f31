package dev.alluvium.streams.mix.fold;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.avro.message.RawMessageDecoder;
import org.apache.avro.message.RawMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Rows in memory. Keeps bytes, as a store on disk does, so that nothing survives by being the same
 * object.
 */
final class MemoryTable<V extends SpecificRecord> implements MixStore.Table<V> {
  private final RawMessageEncoder<V> encoder;
  private final RawMessageDecoder<V> decoder;
  private final TreeMap<String, ByteBuffer> rows = new TreeMap<>();

  MemoryTable(Class<V> type) {
    SpecificData model = SpecificData.getForClass(type);
    this.encoder = new RawMessageEncoder<>(model, model.getSchema(type));
    this.decoder = new RawMessageDecoder<>(model, model.getSchema(type));
  }

  /** Keys of all rows, in order. */
  Set<String> keys() {
    return rows.keySet();
  }

  @Override
  public @Nullable V get(String key) {
    ByteBuffer bytes = rows.get(key);
    return bytes == null ? null : row(bytes);
  }

  @Override
  public void put(String key, V row) {
    try {
      rows.put(key, encoder.encode(row));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode the row of " + key, e);
    }
  }

  @Override
  public void add(String key, V row) {
    if (rows.containsKey(key)) {
      throw new IllegalStateException("there is a row of " + key);
    }
    put(key, row);
  }

  @Override
  public void delete(String key) {
    rows.remove(key);
  }

  @Override
  public void visit(BiConsumer<String, V> visitor) {
    rows.forEach((key, bytes) -> visitor.accept(key, row(bytes)));
  }

  private V row(ByteBuffer bytes) {
    try {
      return decoder.decode(bytes.duplicate());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot decode what was encoded", e);
    }
  }
}
