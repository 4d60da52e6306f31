package dev.alluvium.streams.mix.quota;

import dev.alluvium.schemas.avro.CloseReason;
import java.util.SortedMap;

/**
 * What the next window will hold, replayed examples apart.
 *
 * @param reason what closes it
 * @param planned what the policy asks for by skill, in examples or tokens as its unit says
 * @param taken examples by skill that it gets
 * @param carry what its skills carry to the next window, in millionths of the unit; skills that are
 *     not there carry nothing
 */
public record Plan(
    CloseReason reason,
    SortedMap<String, Integer> planned,
    SortedMap<String, Integer> taken,
    SortedMap<String, Long> carry) {

  /** Its size. */
  public int examples() {
    return taken.values().stream().mapToInt(Integer::intValue).sum();
  }
}
