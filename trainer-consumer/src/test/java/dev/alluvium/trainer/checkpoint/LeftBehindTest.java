package dev.alluvium.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.Target;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a rollback that left windows 5 to 8 and versions 3 and 4 behind finds in an example. */
class LeftBehindTest {
  private final LeftBehind leftBehind = new LeftBehind(5, 8, 3, 4);

  @ParameterizedTest
  @CsvSource({
    ",,false",
    "4,,false",
    "5,,true",
    "8,,true",
    "9,,false",
    ",v000002,false",
    ",v000003,true",
    ",v000004,true",
    ",v000005,false",
    ",base,false",
    ",some-model,false",
    ",v3,false",
    "4,v000004,true",
  })
  void findsReplaysOfItsWindowsAndWordsOfItsVersions(
      @Nullable Long replayOf, @Nullable String author, boolean found) {
    Example example =
        Example.newBuilder()
            .setWindowId(9)
            .setIndex(0)
            .setPairId("p")
            .setSkill("math")
            .setPrompt(Prompt.newBuilder().setInstruction("Add.").build())
            .setTarget(
                Target.newBuilder()
                    .setText("2")
                    .setOrigin(Origin.MODEL)
                    .setReason("r")
                    .setModelVersion(author)
                    .build())
            .setReplayOf(replayOf)
            .setEstimatedTokens(1)
            .setEventTime(0)
            .setPosition(new SourcePosition("pairs.v1", 0, 1L))
            .build();

    assertThat(leftBehind.foundIn(example)).matches(why -> why.isPresent() == found);
  }
}
