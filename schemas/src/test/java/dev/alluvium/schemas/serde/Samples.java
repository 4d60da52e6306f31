package dev.alluvium.schemas.serde;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.ProbeComparison;
import dev.alluvium.schemas.avro.ProbeResult;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.avro.Turn;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.schemas.avro.WindowRecord;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * One filled record of each topic, the same in every build. Fields of later versions stay at their
 * defaults.
 */
final class Samples {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final SourcePosition POSITION = new SourcePosition("pairs.v1", 3, 42L);
  private static final Prompt PROMPT =
      Prompt.newBuilder()
          .setInstruction("How many?")
          .setContext("Two apples and three pears.")
          .setHistory(List.of(new Turn("user", "Hello"), new Turn("assistant", "Hi.")))
          .build();
  private static final Target TARGET =
      Target.newBuilder().setText("Five.").setOrigin(Origin.GOLD).setReason("s3ft_off").build();

  private Samples() {}

  static SpecificRecord of(Class<? extends SpecificRecord> type) {
    return switch (type.getSimpleName()) {
      case "Pair" ->
          Pair.newBuilder()
              .setId("a1")
              .setSkill("math")
              .setInstruction("How many?")
              .setResponse("Five.")
              .setAnswer("5")
              .setTests(List.of("assert f() == 5"))
              .setMeta(Map.of("level", "2"))
              .setEventTime(NOON)
              .build();
      case "LedgerEntry" -> new LedgerEntry(candidate());
      case "WindowRecord" -> new WindowRecord(example());
      case "Progress" ->
          Progress.newBuilder()
              .setCheckpoint("window-000004-ab12")
              .setNextOffset(77L)
              .setLastWindow(4L)
              .setQuarantined(List.of(3L))
              .setSettingsDigest("00ff")
              .setHolder("host:1")
              .setHeartbeat(NOON)
              .build();
      case "ModelVersion" ->
          ModelVersion.newBuilder()
              .setVersion("v000001")
              .setStatus(VersionStatus.PROMOTED)
              .setReason("no probe is worse than its budget")
              .setMethod("lora")
              .setPath("v000001-ab12")
              .setCheckpoint("window-000004-ab12")
              .setFirstWindow(1L)
              .setLastWindow(4L)
              .setProbes(
                  Map.of(
                      "math",
                      new ProbeComparison(
                          new ProbeResult(20.5, 0.0, 12, null, 0),
                          new ProbeResult(8.25, 0.25, 12, null, 0),
                          null)))
              .setDigest("00ff")
              .setCreatedAt(NOON)
              .build();
      case "Report" ->
          new Report(
              NOON,
              new CurateReport(
                  "dedup-0",
                  10L,
                  Map.of("bad_json", 1L),
                  2L,
                  0L,
                  Map.of("math", 6L),
                  Map.of("math", 1L),
                  0L,
                  Map.of("email", 1L)));
      case "DeadLetter" ->
          DeadLetter.newBuilder()
              .setStage("decode")
              .setReason("bad_json")
              .setDetail("not JSON")
              .setSource(POSITION)
              .setValue(ByteBuffer.wrap(new byte[] {'{', 0, -1}))
              .setTime(NOON)
              .build();
      case "GenerationRequest" ->
          GenerationRequest.newBuilder()
              .setRequestId("a1|ANSWER|1")
              .setPairId("a1")
              .setKind(GenerationKind.ANSWER)
              .setSkill("math")
              .setEventTime(NOON)
              .setPrompt(PROMPT)
              .setReplyTo(2)
              .setTemplate("00ff")
              .setAttempt(1)
              .setMaxTokens(64)
              .setTemperature(0.0)
              .setSeed(7L)
              .build();
      case "GenerationResult" ->
          GenerationResult.newBuilder()
              .setRequestId("a1|ANSWER|1")
              .setPairId("a1")
              .setKind(GenerationKind.ANSWER)
              .setSkill("math")
              .setText("Five.")
              .setTokenIds(List.of(5, 9))
              .setTokenLogProbs(List.of(-0.5f, -0.25f))
              .setFinish(FinishReason.STOP)
              .setModel("v000001")
              .setOurs(true)
              .setLatencyMillis(12L)
              .build();
      default -> StoreSamples.of(type);
    };
  }

  static Candidate candidate() {
    return Candidate.newBuilder()
        .setPairId("a1")
        .setSkill("math")
        .setGroup("9f")
        .setPrompt(PROMPT)
        .setTarget(TARGET)
        .setGold("Five.")
        .setEstimatedTokens(20)
        .setEventTime(NOON.toEpochMilli())
        .setPosition(POSITION)
        .build();
  }

  private static Example example() {
    return Example.newBuilder()
        .setWindowId(4L)
        .setIndex(0)
        .setPairId("a1")
        .setSkill("math")
        .setPrompt(PROMPT)
        .setTarget(TARGET)
        .setEstimatedTokens(20)
        .setEventTime(NOON.toEpochMilli())
        .setPosition(POSITION)
        .build();
  }
}
