package dev.alluvium.streams.watch.fold;

import dev.alluvium.schemas.avro.SkillDrift;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A report's shares by skill, put together column by column. */
final class SkillShares {
  /** What a share is a share of, as in {@code SkillDrift}. */
  enum Column {
    PLANNED,
    ARRIVED,
    TRAINED,
    RECENT,
    REFERENCE,
    DUE
  }

  private final SortedMap<String, Map<Column, Double>> rows = new TreeMap<>();

  /** The shares of a report. */
  static SkillShares of(Map<String, SkillDrift> skills) {
    SkillShares shares = new SkillShares();
    skills.forEach(
        (skill, drift) -> {
          Map<Column, Double> row = shares.row(skill);
          putIfPresent(row, Column.PLANNED, drift.getPlanned());
          putIfPresent(row, Column.ARRIVED, drift.getArrived());
          putIfPresent(row, Column.TRAINED, drift.getTrained());
          putIfPresent(row, Column.RECENT, drift.getRecent());
          putIfPresent(row, Column.REFERENCE, drift.getReference());
          putIfPresent(row, Column.DUE, drift.getDue());
        });
    return shares;
  }

  private static void putIfPresent(Map<Column, Double> row, Column column, @Nullable Double share) {
    if (share != null) {
      row.put(column, share);
    }
  }

  private Map<Column, Double> row(String skill) {
    return rows.computeIfAbsent(skill, s -> new EnumMap<>(Column.class));
  }

  /**
   * Puts each amount's share of all into a column, which stays empty when all are zero. A skill of
   * another column that has no amount has a share of zero.
   */
  void put(Column column, Map<String, ? extends Number> amounts) {
    double all = amounts.values().stream().mapToDouble(Number::doubleValue).sum();
    if (all > 0) {
      amounts.keySet().forEach(this::row);
      rows.forEach(
          (skill, row) -> {
            Number amount = amounts.get(skill);
            row.put(column, amount == null ? 0 : amount.doubleValue() / all);
          });
    }
  }

  /** The shares for a report; a skill that only a later column knows has zero in earlier ones. */
  SortedMap<String, SkillDrift> drifts() {
    SortedMap<String, SkillDrift> drifts = new TreeMap<>();
    rows.forEach(
        (skill, row) ->
            drifts.put(
                skill,
                new SkillDrift(
                    share(row, Column.PLANNED),
                    share(row, Column.ARRIVED),
                    share(row, Column.TRAINED),
                    share(row, Column.RECENT),
                    share(row, Column.REFERENCE),
                    share(row, Column.DUE))));
    return drifts;
  }

  private @Nullable Double share(Map<Column, Double> row, Column column) {
    boolean known = rows.values().stream().anyMatch(other -> other.containsKey(column));
    return known ? row.getOrDefault(column, 0.0) : null;
  }
}
