package dev.alluvium.schemas.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.Target;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowDigestTest {
  @Test
  void dependsOnEveryExampleAndOnTheirOrder() {
    Example a = example(0, "a");
    Example b = example(1, "b");

    assertThat(WindowDigest.of(List.of())).isEqualTo(Digests.sha256(new byte[0]));
    assertThat(WindowDigest.of(List.of(a, b)))
        .isEqualTo(WindowDigest.of(List.of(example(0, "a"), example(1, "b"))))
        .isNotEqualTo(WindowDigest.of(List.of(b, a)))
        .isNotEqualTo(WindowDigest.of(List.of(a)));
  }

  @Test
  void dependsOnEveryField() {
    Example example = example(0, "a");
    String digest = WindowDigest.of(List.of(example));

    assertThat(
            List.of(
                Example.newBuilder(example).setSkill("code").build(),
                Example.newBuilder(example).setReplayOf(3L).build(),
                Example.newBuilder(example).setEstimatedTokens(6).build(),
                Example.newBuilder(example).setEventTime(1).build(),
                Example.newBuilder(example)
                    .setPrompt(Prompt.newBuilder(example.getPrompt()).setContext("").build())
                    .build(),
                Example.newBuilder(example)
                    .setTarget(Target.newBuilder(example.getTarget()).setReason("x").build())
                    .build(),
                Example.newBuilder(example)
                    .setPosition(new SourcePosition("pairs.v1", 1, 0L))
                    .build()))
        .allSatisfy(changed -> assertThat(WindowDigest.of(List.of(changed))).isNotEqualTo(digest))
        .extracting(changed -> WindowDigest.of(List.of(changed)))
        .doesNotHaveDuplicates();
  }

  private static Example example(int index, String id) {
    return Example.newBuilder()
        .setWindowId(1L)
        .setIndex(index)
        .setPairId(id)
        .setSkill("math")
        .setPrompt(Prompt.newBuilder().setInstruction("How many?").build())
        .setTarget(
            Target.newBuilder().setText("5").setOrigin(Origin.GOLD).setReason("s3ft_off").build())
        .setEstimatedTokens(5)
        .setEventTime(0)
        .setPosition(new SourcePosition("pairs.v1", 0, (long) index))
        .build();
  }
}
