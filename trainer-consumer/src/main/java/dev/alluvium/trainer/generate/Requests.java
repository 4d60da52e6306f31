package dev.alluvium.trainer.generate;

import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.serde.SchemaStoreUnavailableException;
import dev.alluvium.schemas.serde.UnknownSchemaException;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.trainer.generate.backend.Asked;
import dev.alluvium.trainer.generate.work.Delivery;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads requests out of records; one that cannot be read spoils nothing beside itself. */
final class Requests {
  private final Topic<String, GenerationRequest> topic;
  private final Deserializer<GenerationRequest> deserializer;

  Requests(Topic<String, GenerationRequest> topic) {
    this.topic = topic;
    this.deserializer = topic.values().deserializer();
  }

  /** What a record turned out to be. */
  sealed interface Read {}

  /** A request. */
  record Request(Asked asked) implements Read {}

  /** No request, for ever. */
  record Unreadable(String reason, String detail) implements Read {}

  /** A request of a newer program, which may become readable. */
  record Unknown(String why) implements Read {}

  Read read(Delivery delivery) {
    if (delivery.record().value() == null) {
      return new Unreadable("empty", "the record has no value: expected a GenerationRequest");
    }
    try {
      GenerationRequest request = deserializer.deserialize(topic.name(), delivery.record().value());
      return new Request(new Asked(request));
    } catch (UnknownSchemaException | SchemaStoreUnavailableException e) {
      return delivery.last()
          ? new Unreadable("unknown_schema", String.valueOf(e.getMessage()))
          : new Unknown(String.valueOf(e.getMessage()));
    } catch (SerializationException e) {
      return new Unreadable("undecodable", String.valueOf(e.getMessage()));
    }
  }
}
