package dev.alluvium.streams.curate;

import static dev.alluvium.streams.curate.CurateHarness.SCHEMAS;
import static dev.alluvium.streams.curate.CurateHarness.pair;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.CurateState;
import dev.alluvium.schemas.avro.Editions;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.ValidPair;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.streams.DriverProperties;
import dev.alluvium.streams.prompt.PromptFiles;
import dev.alluvium.streams.text.HoldOut;
import dev.alluvium.streams.text.PairHashes;
import dev.alluvium.streams.text.SkillClassifier;
import java.io.File;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

/** A task that moves to another thread goes on counting and remembering where it stopped. */
class ResumeTest {
  private final KeyValueStore<String, CurateState> totals =
      store(DedupProcessor.TOTALS, Serdes.String(), AvroSerde.of(CurateState.class, SCHEMAS));
  private final KeyValueStore<String, Editions> editions =
      store(PromptMemory.EDITIONS, Serdes.String(), AvroSerde.of(Editions.class, SCHEMAS));
  private final KeyValueStore<Long, String> order =
      store(PromptMemory.ORDER, Serdes.Long(), Serdes.String());

  @Test
  void totalsAndPromptsSurviveTheProcessor() {
    MockProcessorContext<byte[], Output> first = context();
    List.of(totals, editions, order).forEach(s -> s.init(first.getStateStoreContext(), s));
    DedupProcessor before = processor(first);
    before.process(record("one"));
    before.process(record("two"));

    MockProcessorContext<byte[], Output> second = context();
    DedupProcessor after = processor(second);
    after.process(record("two"));
    after.process(record("three"));
    after.process(record("one"));
    second.scheduledPunctuators().get(0).getPunctuator().punctuate(5);
    List<? extends Output> out =
        second.forwarded().stream().map(CapturedForward::record).map(Record::value).toList();
    // Two prompts are remembered: "two" is a duplicate, "one" has been forgotten for "three".
    assertThat(out).hasSize(3);
    CurateReport report = (CurateReport) ((Output.Fact) out.get(2)).report().getBody();
    assertThat(report.getTask()).isEqualTo("dedup-4");
    assertThat(report.getDuplicates()).isEqualTo(1);
    assertThat(report.getCandidates()).isEqualTo(Map.of("general", 4L));
  }

  private static DedupProcessor processor(MockProcessorContext<byte[], Output> context) {
    DedupProcessor processor =
        new DedupProcessor(
            new Admission(
                new SkillClassifier(Map.of(), "general"), new HoldOut(0), PromptFiles.builtIn()),
            CurateHarness.PAIRS,
            2);
    processor.init(context);
    return processor;
  }

  private MockProcessorContext<byte[], Output> context() {
    MockProcessorContext<byte[], Output> context =
        new MockProcessorContext<>(
            DriverProperties.of("resume"), new TaskId(1, 4), new File("target/test-state/resume"));
    List.of(totals, editions, order).forEach(context::addStateStore);
    return context;
  }

  private static Record<String, ValidPair> record(String instruction) {
    Pair pair = pair(instruction, "fine").build();
    ValidPair valid =
        new ValidPair(pair, null, new SourcePosition("pairs.v1", 0, 0L), Instant.EPOCH);
    return new Record<>(PairHashes.prompt(pair), valid, 1);
  }

  private static <K, V> KeyValueStore<K, V> store(String name, Serde<K> keys, Serde<V> values) {
    return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), keys, values)
        .withLoggingDisabled()
        .build();
  }
}
