package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.CloseReason;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowOpen;
import java.util.Map;

/** Window records for tests. */
public final class Windows {
  private Windows() {}

  /** The first record of a window. */
  public static WindowOpen open(long windowId) {
    return WindowOpen.newBuilder()
        .setWindowId(windowId)
        .setFoldVersion(1)
        .setPolicyDigest("p")
        .setStateDigest("s")
        .setPlanned(Map.of("math", 2))
        .build();
  }

  /** An example of a window. */
  public static Example example(long windowId, int index) {
    return example(
        windowId,
        index,
        "Add %d and %d.".formatted(windowId, index),
        "It is " + (windowId + index) + ".");
  }

  /** An example with given texts. */
  public static Example example(long windowId, int index, String instruction, String response) {
    return Example.newBuilder()
        .setWindowId(windowId)
        .setIndex(index)
        .setPairId(windowId + "-" + index)
        .setSkill("math")
        .setPrompt(Prompt.newBuilder().setInstruction(instruction).build())
        .setTarget(
            Target.newBuilder()
                .setText(response)
                .setOrigin(Origin.GOLD)
                .setReason("s3ft_off")
                .build())
        .setEstimatedTokens(20)
        .setEventTime(0)
        .setPosition(new SourcePosition("pairs.v1", 0, windowId * 100 + index))
        .build();
  }

  /** The last record of a window. */
  public static WindowClose close(long windowId, int count, String digest, CloseReason reason) {
    return WindowClose.newBuilder()
        .setWindowId(windowId)
        .setReason(reason)
        .setExamples(count)
        .setPerSkill(Map.of("math", count))
        .setEstimatedTokens(20L * count)
        .setDigest(digest)
        .setLedgerOffset(1L)
        .build();
  }
}
