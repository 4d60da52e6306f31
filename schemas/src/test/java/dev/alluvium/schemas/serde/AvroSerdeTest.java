package dev.alluvium.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Progress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.message.SchemaStore;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class AvroSerdeTest {
  private final AvroSerde<Pair> serde = AvroSerde.of(Pair.class, SchemaHistory.store());
  private final Pair pair = (Pair) Samples.of(Pair.class);

  @Test
  void writesTheHeaderOfTheSingleObjectEncoding() {
    byte[] bytes = serde.toBytes(pair);

    assertThat(bytes).startsWith(0xC3, 0x01);
    assertThat(serde.deserializer().deserialize("t", bytes)).isEqualTo(pair);
  }

  @Test
  void keepsNullAsNull() {
    assertThat(serde.serializer().serialize("t", null)).isNull();
    assertThat(serde.deserializer().deserialize("t", (byte[]) null)).isNull();
  }

  @Test
  void namesAnUnknownSchemaAndSaysWhatToDo() {
    byte[] bytes = serde.toBytes(pair);
    bytes[2] ^= 1;

    assertThatThrownBy(() -> serde.deserializer().deserialize("pairs.v1", bytes))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessageContaining("pairs.v1: a Pair was written with schema")
        .hasMessageContaining("topics create");
  }

  @Test
  void refusesTruncatedBytes() {
    byte[] whole = serde.toBytes(pair);
    byte[] half = Arrays.copyOf(whole, whole.length / 2);

    assertThatThrownBy(() -> serde.deserializer().deserialize("t", half))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("are no Pair");
  }

  @Test
  void readsANewerSchemaThroughTheTopic() {
    Schema newer = withExtraField(Progress.getClassSchema());
    List<String> topic = new ArrayList<>();
    AtomicLong seconds = new AtomicLong();
    AtomicInteger reads = new AtomicInteger();
    SchemaStore store =
        new TopicSchemaStore(
            () -> {
              reads.incrementAndGet();
              return topic;
            },
            () -> Instant.ofEpochSecond(seconds.get()));
    long fingerprint = SchemaNormalization.parsingFingerprint64(newer);

    assertThat(store.findByFingerprint(fingerprint)).isNull();
    topic.add(newer.toString());
    assertThat(store.findByFingerprint(fingerprint)).as("within the pause").isNull();
    assertThat(reads).hasValue(1);
    seconds.set(6);
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
