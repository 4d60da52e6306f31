package dev.alluvium.cli.flow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.serde.SchemaHistory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.commons.rng.UniformRandomProvider;

/** Good pairs in every encoding, and values that no pair can be made of. */
final class BadInputs {
  private static final AvroSerde<Pair> SERDE = AvroSerde.of(Pair.class, SchemaHistory.store());

  private BadInputs() {}

  static Pair pair(String id) {
    return Pair.newBuilder()
        .setId(id)
        .setSkill("math")
        .setInstruction("How much is one and " + id + "?")
        .setResponse("It is " + id + " and one.")
        .build();
  }

  /** The pair in one of the three encodings, in turn. */
  static byte[] good(int i) {
    Pair pair = pair("raw-" + i);
    return switch (i % 3) {
      case 0 -> SERDE.toBytes(pair);
      case 1 -> confluent(pair);
      default -> json(pair).getBytes(UTF_8);
    };
  }

  /** A value no pair can be made of, one of many kinds in turn. */
  static byte[] bad(int i, UniformRandomProvider random) {
    Pair pair = pair("bad-" + i);
    byte[] avro = SERDE.toBytes(pair);
    byte[] framed = confluent(pair);
    return switch (i % 16) {
      case 0 -> randomBytes(random, 1 + random.nextInt(200));
      case 1 -> Arrays.copyOf(avro, 10 + random.nextInt(avro.length - 12));
      case 2 -> Arrays.copyOf(framed, 5 + random.nextInt(framed.length - 7));
      case 3 -> withByte(avro, 2 + random.nextInt(8), 0x55);
      case 4 -> Arrays.copyOf(framed, framed.length + 1 + random.nextInt(9));
      case 5 -> json(pair).substring(0, 5 + random.nextInt(20)).getBytes(UTF_8);
      case 6 -> json(pair).replace("one", "\u00fcber").getBytes(ISO_8859_1);
      case 7 -> "{\"instruction\": %d, \"response\": \"x\"}".formatted(i).getBytes(UTF_8);
      case 8 -> "{\"instruction\": \"only a question %d\"}".formatted(i).getBytes(UTF_8);
      case 9 ->
          "{\"instruction\": \" \", \"response\": \"nothing asked %d\"}"
              .formatted(i)
              .getBytes(UTF_8);
      case 10 -> new byte[0];
      case 11 ->
          "{\"instruction\": \"q\\u0000%d\", \"response\": \"x\"}".formatted(i).getBytes(UTF_8);
      case 12 ->
          "{\"instruction\": \"half \\ud83d %d\", \"response\": \"x\"}"
              .formatted(i)
              .getBytes(UTF_8);
      case 13 -> "[\"a list\", %d]".formatted(i).getBytes(UTF_8);
      case 14 ->
          "{\"skill\": \"No Such Skill\", \"instruction\": \"q%d\", \"response\": \"x\"}"
              .formatted(i)
              .getBytes(UTF_8);
      default -> oversized(i);
    };
  }

  /** A line of a file that is no pair. */
  static String badLine(int i) {
    return switch (i % 6) {
      case 0 -> "not json " + i;
      case 1 -> "{\"instruction\": \"open " + i;
      case 2 -> "{\"question\": \"unknown shape %d\"}".formatted(i);
      case 3 -> "{\"instruction\": [%d], \"response\": \"x\"}".formatted(i);
      case 4 -> "[%d]".formatted(i);
      default ->
          "{\"instruction\": \"big %d\", \"response\": \"%s\"}".formatted(i, "x".repeat(530_000));
    };
  }

  static String json(Pair pair) {
    return "{\"id\": \"%s\", \"skill\": \"math\", \"instruction\": \"%s\", \"response\": \"%s\"}"
        .formatted(pair.getId(), pair.getInstruction(), pair.getResponse());
  }

  /** Larger than a pair may be, yet small on the wire, so that the broker lets it through. */
  private static byte[] oversized(int i) {
    return "{\"instruction\": \"big %d\", \"response\": \"%s\"}"
        .formatted(i, "x".repeat(530_000))
        .getBytes(UTF_8);
  }

  private static byte[] randomBytes(UniformRandomProvider random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    // Neither a brace nor one of the two markers in front: those are the other kinds.
    bytes[0] = (byte) (1 + random.nextInt('z' - 1));
    return bytes;
  }

  private static byte[] withByte(byte[] bytes, int at, int xor) {
    byte[] changed = bytes.clone();
    changed[at] ^= (byte) xor;
    return changed;
  }

  private static byte[] confluent(Pair pair) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(7).array());
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      new SpecificDatumWriter<>(Pair.class).write(pair, encoder);
      encoder.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
