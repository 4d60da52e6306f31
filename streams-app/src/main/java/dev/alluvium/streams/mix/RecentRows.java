package dev.alluvium.streams.mix;

import dev.alluvium.streams.mix.fold.MixStore.Table;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A table that keeps at hand the rows written last, so that a candidate which is soon in a window
 * and soon trained is not read and decoded again for either. What it answers is what the table
 * would.
 */
final class RecentRows<V> implements Table<V> {
  private final Table<V> rows;
  private final ToLongFunction<V> size;
  private final long most;
  private final Map<String, V> recent = new LinkedHashMap<>();
  private long total;

  /**
   * Keeps nothing at hand yet.
   *
   * @param rows where the rows are kept for good
   * @param size what a row counts, above 0
   * @param most what all rows at hand may count together
   */
  RecentRows(Table<V> rows, ToLongFunction<V> size, long most) {
    this.rows = rows;
    this.size = size;
    this.most = most;
  }

  @Override
  public @Nullable V get(String key) {
    V row = recent.get(key);
    return row == null ? rows.get(key) : row;
  }

  @Override
  public void add(String key, V row) {
    rows.add(key, row);
    remember(key, row);
  }

  @Override
  public void put(String key, V row) {
    rows.put(key, row);
    remember(key, row);
  }

  private void remember(String key, V row) {
    forget(key);
    recent.put(key, row);
    total += size.applyAsLong(row);
    while (total > most) {
      forget(recent.keySet().iterator().next());
    }
  }

  @Override
  public void delete(String key) {
    rows.delete(key);
    forget(key);
  }

  private void forget(String key) {
    V row = recent.remove(key);
    if (row != null) {
      total -= size.applyAsLong(row);
    }
  }

  @Override
  public void visit(BiConsumer<String, V> visitor) {
    rows.visit(visitor);
  }
}
