package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.AdmittedProbe;
import dev.alluvium.schemas.avro.MixState;
import dev.alluvium.schemas.avro.OpenContents;
import dev.alluvium.schemas.avro.PooledCandidate;
import dev.alluvium.schemas.avro.RememberedText;
import dev.alluvium.schemas.avro.TrainedExample;
import dev.alluvium.schemas.avro.TrainedWindow;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the fold keeps what must survive it. A write is part of the same transaction as the ledger
 * entry that caused it.
 *
 * @param state the only row of state
 * @param pool candidates that wait or belong to a window without an outcome; keys sort by skill,
 *     then by age
 * @param probes members of the probe sets, by pair id
 * @param open what windows without an outcome are made of, by window
 * @param reservoirs trained examples that may be replayed; keys sort by skill, then by priority
 * @param trained what the last trained windows counted, by window
 * @param remembered texts that later ones are compared with, by the candidate number of each or of
 *     one that it displaced
 */
public record MixStore(
    Table<MixState> state,
    Table<PooledCandidate> pool,
    Table<AdmittedProbe> probes,
    Table<OpenContents> open,
    Table<TrainedExample> reservoirs,
    Table<TrainedWindow> trained,
    Table<RememberedText> remembered) {

  /** An empty store in memory, for a fold that nobody goes on from. The policy bounds its rows. */
  public static MixStore inMemory() {
    return new MixStore(
        new MemoryTable<>(MixState.class),
        new MemoryTable<>(PooledCandidate.class),
        new MemoryTable<>(AdmittedProbe.class),
        new MemoryTable<>(OpenContents.class),
        new MemoryTable<>(TrainedExample.class),
        new MemoryTable<>(TrainedWindow.class),
        new MemoryTable<>(RememberedText.class));
  }

  /** Rows by key. */
  public interface Table<V> {
    /** The row under a key; null when there is none. */
    @Nullable V get(String key);

    /** Writes a row under a key that has none. */
    void add(String key, V row);

    /**
     * Writes a row, over another if there is one.
     *
     * @throws UnsupportedOperationException if rows of this table are not written over
     */
    void put(String key, V row);

    /** Removes a row, if it is there. */
    void delete(String key);

    /** Visits all rows in order of key. */
    void visit(BiConsumer<String, V> visitor);
  }
}
