package dev.alluvium.streams.mix.fold;

import dev.alluvium.streams.mix.quota.Supply;
import java.util.HexFormat;

/**
 * Where a candidate waits, and what the fold needs to know of it without reading it.
 *
 * @param skill its pool
 * @param number its place in the order of admission
 * @param edition hash of pair id and prompt; no two candidates that wait have the same
 * @param tokens estimated tokens
 * @param writer number of the version that wrote its target
 * @param admittedAt the mixer's clock at admission, in milliseconds
 * @param probes probes admitted before it was compared with them all
 */
record Place(
    String skill,
    long number,
    String edition,
    int tokens,
    long writer,
    long admittedAt,
    long probes)
    implements Supply.Item {
  /** Its key in the pool store; keys sort by skill, then by age. */
  String key() {
    return skill + "|" + HexFormat.of().toHexDigits(number);
  }
}
