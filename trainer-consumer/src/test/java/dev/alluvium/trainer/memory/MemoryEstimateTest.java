package dev.alluvium.trainer.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.alluvium.trainer.loss.CrossEntropy;
import dev.alluvium.trainer.model.torch.Processor;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The formula against what a step really adds to the resident memory of a process. */
@EnabledOnOs(OS.LINUX) // reads the highest point from /proc
final class MemoryEstimateTest {
  private static final double MIB = 1 << 20;

  private static Map<Shapes, Long> measured = Map.of();

  @BeforeAll
  static void measure() throws IOException, InterruptedException {
    measured = MeasuredSteps.measure();
    measured.forEach( // the table of docs/model-runtime.md
        (shape, bytes) ->
            System.out.printf(
                "| %s | %.0f MB | %.0f MB |%n",
                shape.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                MemoryEstimate.of(shape.shape()).step() / MIB,
                bytes / MIB));
  }

  @ParameterizedTest
  @EnumSource
  void aStepTakesWhatTheFormulaSays(Shapes shape) {
    assumeMeasured(shape);
    double estimated = MemoryEstimate.of(shape.shape()).step();
    assertThat(measured.get(shape) / estimated).isCloseTo(1, within(0.1));
  }

  /**
   * Activations shrink by three fifths or more: both steps hold the same other arrays at their
   * highest points, so that activations alone shrink by more than what is measured here.
   */
  @Test
  void calculatingTwelveLayersAgainSavesThreeFifths() {
    double kept = measured.get(Shapes.TWELVE_LAYERS);
    double again = measured.get(Shapes.TWELVE_LAYERS_AGAIN);
    assertThat(again / kept).isLessThan(0.4);
  }

  /** The gradient takes the place of the logits; in bfloat16 there are two smaller arrays. */
  @ParameterizedTest
  @EnumSource(names = {"LOGITS", "LOGITS_BFLOAT16"})
  void noThirdArrayIsAsLargeAsTheLogits(Shapes shape) {
    assumeMeasured(shape);
    var spec = shape.shape().spec();
    long logits = 4L * CrossEntropy.rowsAtOnce(spec) * spec.vocab();
    assertThat(shape.shape().predicted()).isEqualTo(CrossEntropy.rowsAtOnce(spec));
    assertThat(measured.get(shape)).isBetween(logits * 9 / 10, logits * 2);
  }

  private static void assumeMeasured(Shapes shape) {
    assumeTrue(shape.isMeasured(), Processor.tooSlowForBfloat16().orElse(""));
  }
}
