package dev.alluvium.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.schemas.avro.Pair;
import java.util.Arrays;
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
}
