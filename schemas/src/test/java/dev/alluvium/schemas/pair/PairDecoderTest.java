package dev.alluvium.schemas.pair;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Turn;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.serde.SchemaHistory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PairDecoderTest {
  private final SchemaStore.Cache store = SchemaHistory.store();
  private final PairDecoder decoder = new PairDecoder(store, RegisteredSchemas.ownOnly());
  private final Pair pair =
      Pair.newBuilder()
          .setId("7")
          .setInstruction("Wie viele? 数")
          .setResponse("Fünf.")
          .setHistory(List.of(new Turn("user", "Hi")))
          .build();

  @Test
  void readsTheSamePairFromAllThreeEncodings() throws Exception {
    store.addSchema(Pair.SCHEMA$);
    String json =
        "{\"id\": 7, \"instruction\": \"Wie viele? 数\", \"response\": \"Fünf.\", \"history\": [{\"role\": \"user\", \"content\": \"Hi\"}]}";

    assertThat(decoder.decode(AvroSerde.of(Pair.class, store).toBytes(pair))).isEqualTo(pair);
    assertThat(decoder.decode(confluent(1))).isEqualTo(pair);
    assertThat(decoder.decode(json.getBytes(UTF_8))).isEqualTo(pair);
  }

  @Test
  void keepsMembersItDoesNotKnow() throws Exception {
    Pair read =
        PairJson.read(
            "{\"instruction\":\"a\",\"response\":\"b\",\"meta\":{\"x\":[1]},\"score\":0.5}"
                .getBytes(UTF_8));

    assertThat(read.getMeta()).containsEntry("x", "[1]").containsEntry("score", "0.5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hello                                              | UNKNOWN_ENCODING
          [1]                                                | UNKNOWN_ENCODING
          {"instruction": "a"                                | BAD_JSON
          {"instruction": "a", "instruction": "b"}           | BAD_JSON
          {"instruction": "a", "response": "b"} {}           | BAD_JSON
          {"instruction": 3, "response": "b"}                | BAD_JSON
          {"instruction": "a", "response": ["b"]}            | BAD_JSON
          {"instruction": "a", "response": "b", "tests": "t"}| BAD_JSON
          {"instruction": "a", "response": "b", "probe": "y"}| BAD_JSON
          {"instruction": "a", "response": "b", "history": [{"role": "user"}]} | BAD_JSON
          {"instruction": "a", "response": "b", "meta": 1}   | BAD_JSON
          {"instruction": "a", "response": "b", "eventTime": "now"} | BAD_JSON
          """)
  void saysWhyJsonIsNoPair(String text, Reason reason) {
    assertThat(reasonFor(text.getBytes(UTF_8))).isEqualTo(reason);
  }

  @Test
  void saysWhyBytesAreNoPair() throws IOException {
    byte[] latin1 = "{\"instruction\": \"F\u00fcnf\"}".getBytes(ISO_8859_1);
    byte[] truncated = Arrays.copyOf(confluent(1), 12);
    byte[] longer = Arrays.copyOf(confluent(1), confluent(1).length + 1);

    assertThat(reasonFor(new byte[0])).isEqualTo(Reason.UNKNOWN_ENCODING);
    assertThat(reasonFor(latin1)).isEqualTo(Reason.NOT_UTF8);
    assertThat(reasonFor(truncated)).isEqualTo(Reason.BAD_AVRO);
    assertThat(reasonFor(longer)).isEqualTo(Reason.BAD_AVRO);
    assertThat(reasonFor(new byte[] {0, 0})).isEqualTo(Reason.BAD_AVRO);
    assertThat(reasonFor(new byte[] {(byte) 0xC3, 1, 9, 9, 9, 9, 9, 9, 9, 9, 0}))
        .isEqualTo(Reason.UNKNOWN_SCHEMA);
    assertThat(reasonFor(new byte[] {(byte) 0xC3, 2})).isEqualTo(Reason.BAD_AVRO);
    assertThat(reasonFor(new byte[512 * 1024 + 1])).isEqualTo(Reason.OVERSIZED);
  }

  @Test
  void asksTheRegistryForFramedSchemas() throws IOException {
    RegisteredSchemas two = id -> id == 2 ? Optional.of(Pair.SCHEMA$) : Optional.empty();
    PairDecoder registered = new PairDecoder(store, two);

    assertThat(catchThrowableOfType(RejectedException.class, () -> registered.decode(confluent(1))))
        .extracting(RejectedException::reason)
        .isEqualTo(Reason.UNKNOWN_SCHEMA);
    assertThat(catchThrowableOfType(RejectedException.class, () -> registered.decode(confluent(2))))
        .isNull();
  }

  @Test
  void aDeclaredLengthAsksForNoMemory() {
    byte[] bomb = {0, 0, 0, 0, 1, 2, (byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F};

    assertThat(reasonFor(bomb)).isEqualTo(Reason.BAD_AVRO);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void mutatedBytesAreReadOrRefusedNeverWorse(long seed) throws Exception {
    store.addSchema(Pair.SCHEMA$);
    Random random = new Random(seed);
    byte[][] originals = {
      confluent(1),
      AvroSerde.of(Pair.class, store).toBytes(pair),
      "{\"instruction\": \"a\", \"response\": \"b\"}".getBytes(UTF_8)
    };
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = originals[i % 3].clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        decoder.decode(bytes);
      } catch (RejectedException e) {
        assertThat(e.detail()).isNotBlank();
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }

  private Reason reasonFor(byte[] value) {
    return catchThrowableOfType(RejectedException.class, () -> decoder.decode(value)).reason();
  }

  private byte[] confluent(int id) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new SpecificDatumWriter<>(Pair.class).write(pair, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
