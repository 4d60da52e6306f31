package dev.alluvium.cli.operate;

import static dev.alluvium.cli.testing.Cli.utf8;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.ProbeComparison;
import dev.alluvium.schemas.avro.ProbeResult;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.schemas.avro.WindowOpen;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records of a small history, with what matters for a lineage. */
final class Records {
  private Records() {}

  static Candidate candidate(String id, String instruction, long arrived, String gold) {
    return Candidate.newBuilder()
        .setPairId(id)
        .setSkill("math")
        .setGroup("g")
        .setPrompt(Prompt.newBuilder().setInstruction(instruction).build())
        .setTarget(target(gold))
        .setGold(gold)
        .setEstimatedTokens(9)
        .setEventTime(0)
        .setPosition(position(arrived))
        .build();
  }

  static Probe probe(String id, long arrived) {
    return Probe.newBuilder()
        .setPairId(id)
        .setSkill("math")
        .setGroup("g")
        .setPrompt(Prompt.newBuilder().setInstruction("ask").build())
        .setGold("gold")
        .setPosition(position(arrived))
        .build();
  }

  static WindowOpen open(long window, Probe... probes) {
    return WindowOpen.newBuilder()
        .setWindowId(window)
        .setFoldVersion(1)
        .setPolicyDigest("p")
        .setStateDigest("s")
        .setPlanned(Map.of())
        .setNewProbes(List.of(probes))
        .build();
  }

  static Example example(String id, long window, int index, long arrived, @Nullable Long replayOf) {
    return Example.newBuilder()
        .setWindowId(window)
        .setIndex(index)
        .setPairId(id)
        .setSkill("math")
        .setPrompt(Prompt.newBuilder().setInstruction("ask").build())
        .setTarget(target("gold"))
        .setReplayOf(replayOf)
        .setEstimatedTokens(9)
        .setEventTime(0)
        .setPosition(position(arrived))
        .build();
  }

  static Outcome trained(long window, Integer... refused) {
    return new Outcome(window, OutcomeStatus.TRAINED, "c" + window, 4, List.of(refused), Map.of());
  }

  /** Three steps without a finite gradient: the window is passed over. */
  static Outcome passedOver(long window) {
    return new Outcome(window, OutcomeStatus.QUARANTINED, "c" + window, 4, List.of(), Map.of());
  }

  /** A rollback's word on a window. */
  static Outcome left(long window, String checkpoint) {
    return new Outcome(window, OutcomeStatus.QUARANTINED, checkpoint, 0, List.of(), Map.of());
  }

  static ModelVersion version(
      String name, @Nullable String parent, VersionStatus status, long first, long last) {
    ProbeResult result = new ProbeResult(8.0, 0.2, 5, null, 0);
    return ModelVersion.newBuilder()
        .setVersion(name)
        .setParent(parent)
        .setStatus(status)
        .setReason("r")
        .setMethod("lora")
        .setPath("/store/" + name)
        .setCheckpoint("c")
        .setFirstWindow(first)
        .setLastWindow(last)
        .setProbes(Map.of("math", new ProbeComparison(result, result, "set")))
        .setDigest("d")
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  static DeadLetter letter(
      String stage, SourcePosition source, @Nullable String key, String value) {
    return DeadLetter.newBuilder()
        .setStage(stage)
        .setReason("why")
        .setDetail("why, quoting " + value)
        .setSource(source)
        .setKey(key == null ? null : ByteBuffer.wrap(utf8(key)))
        .setValue(ByteBuffer.wrap(utf8(value)))
        .setTime(Instant.EPOCH)
        .build();
  }

  static SourcePosition position(long offset) {
    return new SourcePosition("pairs.v1", 3, offset);
  }

  private static Target target(String text) {
    return Target.newBuilder().setText(text).setOrigin(Origin.GOLD).setReason("s3ft_off").build();
  }
}
