package dev.alluvium.cli.verify;

import dev.alluvium.cli.cluster.TopicReader;
import dev.alluvium.schemas.topic.Topic;
import java.util.function.ObjLongConsumer;

/** The books as the broker has them; a compacted topic's deletions are passed over. */
record TopicRecords(TopicReader reader) implements Records {
  @Override
  public boolean whole(Topic<?, ?> topic) {
    return reader.beginnings(topic).values().stream().allMatch(first -> first == 0);
  }

  @Override
  public <V> void read(Topic<?, V> topic, ObjLongConsumer<V> each) {
    reader.read(
        topic,
        record -> {
          if (record.value() != null) {
            each.accept(record.value(), record.offset());
          }
        });
  }
}
