package dev.alluvium.trainer.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.trainer.loss.CrossEntropy;
import java.io.IOException;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The formula against what a step really adds to the resident memory of a process. */
@EnabledOnOs(OS.LINUX) // reads the highest point from /proc
final class MemoryEstimateTest {
  @ParameterizedTest
  @EnumSource
  void aStepTakesWhatTheFormulaSays(Shapes shape) throws IOException, InterruptedException {
    double estimated = MemoryEstimate.of(shape.shape()).step();
    long measured = MeasuredStep.bytes(shape);
    System.out.printf("%s %.0f %.1f %.3f%n", shape, estimated / 1048576, measured / 1048576., measured / estimated);
    assertThat(measured / estimated).isCloseTo(1, within(0.15));
  }

  /** The gradient takes the place of the logits; in bfloat16 there are two smaller arrays. */
  @ParameterizedTest
  @EnumSource(names = {"LOGITS", "LOGITS_BFLOAT16"})
  void noThirdArrayIsAsLargeAsTheLogits(Shapes shape) throws IOException, InterruptedException {
    var spec = shape.shape().spec();
    long logits = 4L * CrossEntropy.rowsAtOnce(spec) * spec.vocab();
    assertThat(shape.shape().predicted()).isEqualTo(CrossEntropy.rowsAtOnce(spec));
    assertThat(MeasuredStep.bytes(shape)).isBetween(logits, logits * 2);
  }
}
