package dev.alluvium.cli.verify;

import dev.alluvium.schemas.topic.Topic;
import java.util.function.ObjLongConsumer;

/** Where the books are: topics with one partition, each in its order. */
interface Records {
  /** Whether a topic still has its first record. */
  boolean whole(Topic<?, ?> topic);

  /** Gives every record of a topic that has not been deleted, with its offset. */
  <V> void read(Topic<?, V> topic, ObjLongConsumer<V> each);
}
