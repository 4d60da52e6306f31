package dev.alluvium.cli.operate;

import dev.alluvium.schemas.avro.SourcePosition;

/** How people are told where a record stands. */
final class Place {
  private Place() {}

  /** Such as pairs.v1-3@17. */
  static String of(SourcePosition position) {
    return of(position.getTopic(), position.getPartition(), position.getOffset());
  }

  static String of(String topic, int partition, long offset) {
    return "%s-%d@%d".formatted(topic, partition, offset);
  }
}
