package dev.alluvium.streams.watch.fold;

import dev.alluvium.schemas.avro.SkillDrift;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Puts shares into the skills of a report. */
final class Shares {
  private Shares() {}

  static SkillDrift.Builder builder(@Nullable SkillDrift drift) {
    return drift == null ? SkillDrift.newBuilder() : SkillDrift.newBuilder(drift);
  }

  /**
   * Puts each amount's share of all; nothing when all are zero. A skill that is known and has no
   * amount has none of it.
   *
   * @param put where the share belongs
   */
  static void put(
      SortedMap<String, SkillDrift> skills,
      Map<String, ? extends Number> amounts,
      BiConsumer<SkillDrift.Builder, Double> put) {
    double all = amounts.values().stream().mapToDouble(Number::doubleValue).sum();
    if (all == 0) {
      return;
    }
    amounts.keySet().forEach(skill -> skills.computeIfAbsent(skill, s -> builder(null).build()));
    skills.replaceAll(
        (skill, drift) -> {
          SkillDrift.Builder builder = builder(drift);
          Number amount = amounts.get(skill);
          put.accept(builder, amount == null ? 0 : amount.doubleValue() / all);
          return builder.build();
        });
  }
}
