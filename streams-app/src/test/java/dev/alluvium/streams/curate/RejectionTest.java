package dev.alluvium.streams.curate;

import static dev.alluvium.streams.curate.CurateHarness.PAIRS;
import static dev.alluvium.streams.curate.CurateHarness.pair;
import static dev.alluvium.streams.curate.CurateHarness.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.Turn;
import dev.alluvium.schemas.pair.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every reason, in every encoding that can carry it, ends in a dead letter with the bytes. */
class RejectionTest {
  private static final int MEBIBYTE = 1024 * 1024;

  /** One topology for all rejections: they must not disturb one another either. */
  private static final CurateHarness SHARED = with(k -> k.maxTextChars(50));

  private static final Map<String, Long> rejected = new HashMap<>();
  private static long sent;

  @AfterAll
  static void close() {
    SHARED.close();
  }

  static Stream<Arguments> rejections() {
    return Stream.of(
        arguments(Reason.UNKNOWN_ENCODING, new byte[0]),
        arguments(Reason.UNKNOWN_ENCODING, "hello".getBytes(UTF_8)),
        arguments(Reason.OVERSIZED, new byte[512 * 1024 + 1]),
        arguments(Reason.NOT_UTF8, new byte[] {'{', (byte) 0xC3, 0x28, '}'}),
        arguments(Reason.BAD_JSON, json("{\"instruction\":")),
        arguments(Reason.BAD_JSON, json("{'instruction':7,'response':'b'}")),
        arguments(Reason.BAD_AVRO, Arrays.copyOf(avro(pair("a", "b")), 14)),
        arguments(Reason.BAD_AVRO, Arrays.copyOf(framed(1, pair("a", "b")), 8)),
        arguments(Reason.BAD_AVRO, new byte[] {0, 0, 0}),
        arguments(Reason.UNKNOWN_SCHEMA, foreign(avro(pair("a", "b")))),
        arguments(Reason.NO_INSTRUCTION, json("{'response':'b'}")),
        arguments(Reason.NO_INSTRUCTION, avro(pair(" \n", "b"))),
        arguments(Reason.NO_RESPONSE, json("{'instruction':'a'}")),
        arguments(Reason.NO_RESPONSE, framed(1, pair("a", "\t"))),
        arguments(Reason.TOO_LONG, avro(pair("a", "b".repeat(51)))),
        arguments(Reason.TOO_LONG, avro(pair("a", "b").setContext("c".repeat(51)))),
        arguments(Reason.TOO_LONG, avro(pair("a", "b").setTests(List.of("t".repeat(51))))),
        arguments(Reason.BAD_CHARACTER, avro(pair("a\u0000", "b"))),
        arguments(Reason.BAD_CHARACTER, avro(pair("a", "b\u009F"))),
        arguments(Reason.BAD_CHARACTER, json("{'instruction':'a','response':'\\ud800'}")),
        arguments(Reason.BAD_CHARACTER, json("{'instruction':'\\udc00\\ud800','response':'b'}")),
        arguments(Reason.BAD_ID, avro(pair("a", "b").setId(" "))),
        arguments(Reason.BAD_ID, avro(pair("a", "b").setId("i".repeat(201)))),
        arguments(Reason.BAD_ID, avro(pair("a", "b").setId("i\u0001"))),
        arguments(Reason.BAD_SKILL, avro(pair("a", "b").setSkill("Math"))),
        arguments(Reason.BAD_SKILL, avro(pair("a", "b").setSkill(""))),
        arguments(Reason.BAD_SKILL, avro(pair("a", "b").setSkill("m".repeat(33)))),
        arguments(
            Reason.BAD_HISTORY, avro(pair("a", "b").setHistory(List.of(new Turn("robot", "c"))))),
        arguments(
            Reason.BAD_HISTORY, avro(pair("a", "b").setHistory(List.of(new Turn("user", " "))))));
  }

  @ParameterizedTest
  @MethodSource("rejections")
  void writesADeadLetterWithReasonPlaceAndBytes(Reason reason, byte[] value) {
    byte[] key = {1, 2, 3};
    SHARED.send(pair("a good one", "goes before").setId("good" + sent));
    SHARED.send(key, value);
    sent += 2;
    TestRecord<byte[], DeadLetter> record = SHARED.deadLetters.readRecord();
    assertThat(record.key()).isEqualTo(key);
    DeadLetter letter = record.value();
    assertThat(letter.getReason()).isEqualTo(reason.code());
    assertThat(letter.getStage()).isEqualTo(reason.stage().code());
    assertThat(letter.getDetail()).isNotBlank();
    assertThat(letter.getSource()).isEqualTo(new SourcePosition("pairs.v1", 0, sent - 1));
    assertThat(letter.getKey()).isEqualTo(ByteBuffer.wrap(key));
    assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(value));
    assertThat(letter.getTime()).isEqualTo(CurateHarness.NOON.plusMillis(sent - 1));
    rejected.merge(reason.code(), 1L, Long::sum);
    assertThat(SHARED.total("decode-0").getRejected()).isEqualTo(rejected);
    assertThat(SHARED.total("decode-0").getReceived()).isEqualTo(sent);
    assertThat(SHARED.deadLetters.isEmpty()).isTrue();
  }

  @Test
  void coversEveryReasonThatTheInputCanHave() {
    Set<Reason> covered =
        rejections().map(a -> (Reason) a.get()[0]).collect(Collectors.toCollection(this::none));
    covered.add(Reason.PROCESSING_FAILURE);
    assertThat(covered).containsExactly(Reason.values());
  }

  private EnumSet<Reason> none() {
    return EnumSet.noneOf(Reason.class);
  }

  @Test
  void refusesAValueThatIsMissing() {
    try (CurateHarness curate = with(k -> k)) {
      curate.send((byte[]) null);
      DeadLetter letter = curate.deadLetter();
      assertThat(letter.getReason()).isEqualTo("unknown_encoding");
      assertThat(letter.getKey()).isNull();
      assertThat(letter.getValue()).isNull();
    }
  }

  @Test
  void cutsWhatDoesNotFitIntoADeadLetterAndSaysSo() {
    try (CurateHarness curate = with(k -> k)) {
      curate.send(new byte[MEBIBYTE], new byte[5 * MEBIBYTE]);
      TestRecord<byte[], DeadLetter> record = curate.deadLetters.readRecord();
      assertThat(record.key()).hasSize(256 * 1024);
      assertThat(record.value().getKey().remaining()).isEqualTo(256 * 1024);
      assertThat(record.value().getValue().remaining()).isEqualTo(3 * MEBIBYTE);
      assertThat(record.value().getDetail())
          .contains("[key cut: the first 262144 of 1048576 bytes are kept]")
          .contains("[value cut: the first 3145728 of 5242880 bytes are kept]");
    }
  }

  @Test
  void refusesAKeyThatWouldNotFitBesideItsPair() {
    try (CurateHarness curate = with(k -> k)) {
      byte[] value = avro(pair("a", "b"));
      curate.send(new byte[5 * MEBIBYTE], value);
      DeadLetter letter = curate.deadLetter();
      assertThat(letter.getReason()).isEqualTo("oversized");
      assertThat(letter.getDetail())
          .startsWith("the key has 5242880 bytes: expected at most 65536")
          .endsWith("[key cut: the first 262144 of 5242880 bytes are kept]");
      assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(value));
      assertThat(curate.ledger()).isEmpty();
      curate.send(new byte[64 * 1024], value);
      assertThat(curate.candidates()).hasSize(1);
    }
  }

  @Test
  void acceptsTextAtTheLimitsAndCharactersOutsideTheBasicPlane() {
    try (CurateHarness curate = with(k -> k.maxTextChars(4))) {
      curate.send(pair("a\t\r\n", "\uD83C\uDF0A!!").setId("i".repeat(200)).setSkill("m"));
      assertThat(curate.candidates()).hasSize(1);
      assertThat(curate.deadLetters.isEmpty()).isTrue();
    }
  }

  @Test
  void readsTheSamePairFromAllThreeEncodings() {
    try (CurateHarness curate = with(k -> k)) {
      curate.send(avro(pair("How many?", "Five.")));
      curate.send(framed(77, pair("How many?", "Five.")));
      curate.send(json("{'instruction':'How many?','response':'Five.'}"));
      assertThat(curate.candidates()).hasSize(1);
      assertThat(curate.total("dedup-0").getDuplicates()).isEqualTo(2);
    }
  }

  private static byte[] avro(Pair.Builder pair) {
    return PAIRS.toBytes(pair.build());
  }

  /** Confluent framing: a zero, the schema's id in four bytes, the bare record. */
  private static byte[] framed(int id, Pair.Builder pair) {
    byte[] single = avro(pair);
    int header = 10;
    return ByteBuffer.allocate(5 + single.length - header)
        .put((byte) 0)
        .putInt(id)
        .put(single, header, single.length - header)
        .array();
  }

  private static byte[] foreign(byte[] value) {
    value[5] ^= 0x55;
    return value;
  }

  private static byte[] json(String text) {
    return text.replace('\'', '"').getBytes(UTF_8);
  }
}
