package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.CloseReason;
import java.util.SortedMap;

/**
 * What the next window will hold.
 *
 * @param reason what closes it
 * @param examples its size
 * @param planned examples by skill that the policy asks for
 * @param taken examples by skill that it gets
 * @param carry what is carried to the next window, by skill, in millionths of an example
 */
record Plan(
    CloseReason reason,
    int examples,
    SortedMap<String, Integer> planned,
    SortedMap<String, Integer> taken,
    SortedMap<String, Long> carry) {}
