package dev.alluvium.streams.curate;

import static dev.alluvium.streams.curate.CurateHarness.PAIRS;
import static dev.alluvium.streams.curate.CurateHarness.pair;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.pair.RegisteredSchemas;
import dev.alluvium.schemas.serde.TopicSchemaStore;
import dev.alluvium.streams.registry.Registries;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.message.SchemaStore;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

/** Failures of ours on a good pair never stop the flow; failures of what is around us do. */
class FailureTest {
  private static final byte[] KEY = {7};

  /** A rule that recurses too deep on one text fails on it, and on nothing else. */
  @Test
  void writesADeadLetterThatCanBeSentAgainWhenProcessingFails() {
    Map<String, String> rules = Map.of("code", "(x|y)*z");
    Pair unlucky = pair("x".repeat(4_000), "so be it").build();
    try (CurateHarness curate = CurateHarness.with(k -> k.rules(rules))) {
      onASmallStack(() -> curate.send(KEY, PAIRS.toBytes(unlucky)));
      curate.send(pair("xyz", "fine"));
      assertThat(curate.candidate().getSkill()).isEqualTo("code");
      DeadLetter letter = curate.deadLetter();
      assertThat(letter.getStage()).isEqualTo("process");
      assertThat(letter.getReason()).isEqualTo("processing_failure");
      assertThat(letter.getDetail()).contains("StackOverflowError");
      assertThat(letter.getSource()).isEqualTo(new SourcePosition("pairs.v1", 0, 0L));
      assertThat(letter.getKey()).isEqualTo(ByteBuffer.wrap(KEY));
      assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(PAIRS.toBytes(unlucky)));
      assertThat(curate.total("dedup-0").getRejected()).isEqualTo(Map.of("processing_failure", 1L));
      // Nothing of the failed pair is remembered: sent again, it is no duplicate.
      onASmallStack(() -> curate.send(KEY, PAIRS.toBytes(unlucky)));
      assertThat(curate.deadLetters.readValuesToList()).hasSize(1);
    }
  }

  @Test
  void stopsWhenTheRegistryIsAway() {
    RegisteredSchemas away = Registries.open("http://127.0.0.1:1");
    try (CurateHarness curate =
        new CurateHarness(
            CurateHarness.topology(
                new CurateHarness.Knobs().settings(), CurateHarness.SCHEMAS, away))) {
      byte[] framed = {0, 0, 0, 0, 9, 0};
      assertThatThrownBy(() -> curate.send(framed))
          .isInstanceOf(StreamsException.class)
          .hasStackTraceContaining("cannot reach http://127.0.0.1:1/schemas/ids/9");
      assertThat(curate.deadLetters.isEmpty()).isTrue();
    }
  }

  @Test
  void stopsWhenTheSchemasCannotBeRead() {
    SchemaStore away =
        new TopicSchemaStore(
            () -> {
              throw new KafkaException("no broker today");
            },
            Clock.systemUTC());
    try (CurateHarness curate =
        new CurateHarness(
            CurateHarness.topology(
                new CurateHarness.Knobs().settings(), away, RegisteredSchemas.ownOnly()))) {
      byte[] newer = PAIRS.toBytes(pair("a", "b").build());
      newer[4] ^= 0x55;
      assertThatThrownBy(() -> curate.send(newer))
          .isInstanceOf(StreamsException.class)
          .hasStackTraceContaining("no broker today");
      assertThat(curate.deadLetters.isEmpty()).isTrue();
    }
  }

  private static void onASmallStack(Runnable task) {
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    Thread thread = new Thread(null, task, "small", 256 * 1024);
    thread.setUncaughtExceptionHandler((t, e) -> failures.add(e));
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    assertThat(failures).isEmpty();
  }
}
