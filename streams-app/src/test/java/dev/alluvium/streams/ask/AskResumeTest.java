package dev.alluvium.streams.ask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Judges;
import dev.alluvium.schemas.avro.AskState;
import dev.alluvium.schemas.avro.AskedPair;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.streams.DriverProperties;
import dev.alluvium.streams.config.S3ftSettings;
import dev.alluvium.streams.prompt.PromptFiles;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

/**
 * A task that stops and goes on elsewhere: what waits still waits, and its absence ages nothing.
 */
class AskResumeTest {
  private static final S3ftSettings SETTINGS = S3ftSettings.defaults();
  private static final long NOON = 1_767_268_800_000L;

  private final List<StateStore> stores =
      List.of(
          store(
              Waiting.IN_FLIGHT,
              Serdes.String(),
              AvroSerde.of(AskedPair.class, SchemaHistory.store())),
          store(
              Waiting.PARKED,
              Serdes.String(),
              AvroSerde.of(AskedPair.class, SchemaHistory.store())),
          store(Waiting.ORDER, Serdes.Long(), Serdes.String()),
          store(
              Waiting.STATE, Serdes.String(), AvroSerde.of(AskState.class, SchemaHistory.store())));

  @Test
  void aResultThatCameMeanwhileIsTakenAndNotTooLate() {
    GenerationRequest request = taken();
    long later = NOON + SETTINGS.deadline().multipliedBy(10).toMillis();
    MockProcessorContext<String, AskOutput> second = context(later);
    AskProcessor after = processor(second);
    tick(second, later + Duration.ofSeconds(1).toMillis());
    assertThat(outputs(second, AskOutput.Request.class)).isEmpty();
    after.process(
        reply(result(request).setFinish(FinishReason.STOP).setText("It is 5.").setOurs(true)));
    List<AskOutput.Decided> decided = outputs(second, AskOutput.Decided.class);
    assertThat(decided).hasSize(1);
    assertThat(decided.get(0).candidate().getTarget().getReason()).isEqualTo("right_answer");
  }

  @Test
  void theDeadlineRunsAgainFromTheReturn() {
    taken();
    long later = NOON + Duration.ofHours(1).toMillis();
    MockProcessorContext<String, AskOutput> second = context(later);
    processor(second);
    tick(second, later + SETTINGS.deadline().toMillis());
    assertThat(outputs(second, AskOutput.Request.class)).isEmpty();
    tick(second, later + SETTINGS.deadline().toMillis() + 1);
    assertThat(outputs(second, AskOutput.Request.class)).hasSize(1);
  }

  @Test
  void theAlarmIsRaisedWhenPairsWaitAndNoWorkerIsHeardOf() {
    WorkerAlarm alarm = new WorkerAlarm(NOON);
    AskTotals totals = AskTotals.none("ask-0");
    AskedPair waiting =
        AskedPair.newBuilder()
            .setTicket("t")
            .setCandidate(pair())
            .setAdmittedAt(NOON)
            .setAskedAt(NOON)
            .build();
    AskedPair taken = AskedPair.newBuilder(waiting).setStartedAt(NOON + 5).build();
    assertThat(alarm.look(List.of(waiting), totals, NOON + 60_000)).isFalse();
    assertThat(alarm.look(List.of(waiting), totals, NOON + 60_001)).isTrue();
    alarm.heard(NOON + 60_002);
    assertThat(alarm.look(List.of(waiting), totals, NOON + 60_003)).isFalse();
    assertThat(alarm.look(List.of(waiting), totals, NOON + 120_003)).isTrue();
    assertThat(alarm.look(List.of(waiting, taken), totals, NOON + 120_004)).isFalse();
    assertThat(alarm.look(List.of(waiting), totals, NOON + 180_005)).isTrue();
    assertThat(alarm.look(List.of(), totals, NOON + 180_006)).isFalse();
  }

  /** A task admits a pair, a worker takes its request, and the task is gone. */
  private GenerationRequest taken() {
    MockProcessorContext<String, AskOutput> first = context(NOON);
    stores.forEach(store -> store.init(first.getStateStoreContext(), store));
    AskProcessor before = processor(first);
    before.process(new Record<>("a1", new AskInput.NewPair(pair(), null, Map.of()), NOON));
    GenerationRequest request =
        ((AskOutput.Request) first.forwarded().get(0).record().value()).request();
    before.process(reply(result(request).setFinish(FinishReason.STARTED)));
    return request;
  }

  private static void tick(MockProcessorContext<String, AskOutput> context, long now) {
    context.scheduledPunctuators().get(0).getPunctuator().punctuate(now);
  }

  private static <O extends AskOutput> List<O> outputs(
      MockProcessorContext<String, AskOutput> context, Class<O> type) {
    return context.forwarded().stream()
        .map(forward -> forward.record().value())
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  private static Record<String, AskInput> reply(GenerationResult.Builder result) {
    return new Record<>("a1", new AskInput.Reply(result.build()), NOON);
  }

  private static GenerationResult.Builder result(GenerationRequest request) {
    return GenerationResult.newBuilder()
        .setRequestId(request.getRequestId())
        .setPairId(request.getPairId())
        .setKind(request.getKind())
        .setSkill(request.getSkill());
  }

  private static Candidate pair() {
    return Candidate.newBuilder()
        .setPairId("a1")
        .setSkill("math")
        .setGroup("g")
        .setPrompt(new Prompt("2 + 3?", null, List.of()))
        .setTarget(
            Target.newBuilder()
                .setText("The answer is 5.")
                .setOrigin(Origin.GOLD)
                .setReason("s3ft_off")
                .build())
        .setGold("The answer is 5.")
        .setAnswer("5")
        .setEstimatedTokens(9)
        .setEventTime(NOON)
        .setPosition(new SourcePosition("pairs.v1", 0, 0L))
        .build();
  }

  private static AskProcessor processor(MockProcessorContext<String, AskOutput> context) {
    AskProcessor processor =
        new AskProcessor(
            SETTINGS,
            PromptFiles.builtIn(),
            new Judges(
                JudgeSettings.DEFAULT, new JudgeTools(JudgeSettings.DEFAULT.sandbox().toSandbox())),
            Duration.ofDays(1));
    processor.init(context);
    return processor;
  }

  private MockProcessorContext<String, AskOutput> context(long now) {
    MockProcessorContext<String, AskOutput> context =
        new MockProcessorContext<>(
            DriverProperties.of("ask-resume"),
            new TaskId(1, 4),
            new File("target/test-state/ask-resume"));
    stores.forEach(context::addStateStore);
    context.setCurrentSystemTimeMs(now);
    return context;
  }

  private static <K, V> KeyValueStore<K, V> store(String name, Serde<K> keys, Serde<V> values) {
    return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), keys, values)
        .withLoggingDisabled()
        .build();
  }
}
