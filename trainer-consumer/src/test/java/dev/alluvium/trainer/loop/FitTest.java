package dev.alluvium.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.checkpoint.TrainingPosition;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FitTest {
  private static final Fit FIT = new Fit("shape", Path.of("models", "m"), "content");

  @Test
  void aBaseModelOfTheSameShapeAndAnotherContentIsNamed() {
    assertThat(FIT.misfit("c", TrainingPosition.start(0, "s", "shape", "content"))).isEmpty();
    assertThat(FIT.misfit("c", TrainingPosition.start(0, "s", "shape", "before")).orElseThrow())
        .contains("checkpoint c", "another content", "models/m", "is content", "expected before");
  }

  @Test
  void statesFromBeforeTheContentWasKnownAreComparedByShape() {
    assertThat(FIT.misfit("c", TrainingPosition.start(0, "s", "shape", null))).isEmpty();
    assertThat(FIT.misfit("c", TrainingPosition.start(0, "s", "other", null)).orElseThrow())
        .contains("another base model or with another train.method or train.lora");
  }
}
