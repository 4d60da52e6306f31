package dev.alluvium.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.schemas.pair.PairDecoder;
import dev.alluvium.schemas.pair.RegisteredSchemas;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class TopicSchemaStoreTest {
  private final List<String> topic = new ArrayList<>();
  private final Schema newer = withExtraField(Progress.getClassSchema());
  private final long fingerprint = SchemaNormalization.parsingFingerprint64(newer);
  private long seconds;
  private int reads;
  private boolean away;
  private final TopicSchemaStore store =
      new TopicSchemaStore(this::read, () -> Instant.ofEpochSecond(seconds));

  private List<String> read() {
    reads++;
    if (away) {
      throw new KafkaException("no broker");
    }
    return topic;
  }

  @Test
  void readsANewerSchemaThroughTheTopic() {
    assertThat(store.findByFingerprint(fingerprint)).isNull();
    topic.add(newer.toString());
    assertThat(store.findByFingerprint(fingerprint)).as("within the pause").isNull();
    assertThat(reads).isEqualTo(1);
    seconds = 6;
    assertThat(store.findByFingerprint(fingerprint)).hasToString(newer.toString());
  }

  @Test
  void saysThatTheTopicCannotBeReadAndReadsItAtTheNextMiss() {
    topic.add(newer.toString());
    away = true;
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> store.findByFingerprint(fingerprint))
          .isInstanceOf(SchemaStoreUnavailableException.class)
          .hasMessageContaining("%016x".formatted(fingerprint))
          .hasMessageContaining("no broker");
    }
    away = false;
    assertThat(store.findByFingerprint(fingerprint)).hasToString(newer.toString());
    assertThat(reads).isEqualTo(3);
  }

  @Test
  void aPairIsNotRefusedWhileItsSchemaCannotBeLookedUp() {
    byte[] bytes =
        AvroSerde.of(Pair.class, SchemaHistory.store()).toBytes((Pair) Samples.of(Pair.class));
    bytes[4] ^= 0x55;
    away = true;
    PairDecoder decoder = new PairDecoder(store, RegisteredSchemas.ownOnly());
    assertThatThrownBy(() -> decoder.decode(bytes))
        .isInstanceOf(SchemaStoreUnavailableException.class);
  }

  @Test
  void passesOverValuesThatAreNoSchemas() {
    topic.addAll(List.of("{\"type\": \"no such type\"}", "not JSON", "", newer.toString()));
    assertThat(store.findByFingerprint(fingerprint)).hasToString(newer.toString());
  }

  private static Schema withExtraField(Schema schema) {
    List<Schema.Field> fields = new ArrayList<>();
    schema.getFields().forEach(f -> fields.add(new Schema.Field(f, f.schema())));
    fields.add(new Schema.Field("later", Schema.create(Schema.Type.LONG), "Later.", 0L));
    return Schema.createRecord(
        schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields);
  }
}
