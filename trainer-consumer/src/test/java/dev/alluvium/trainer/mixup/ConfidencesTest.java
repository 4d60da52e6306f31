package dev.alluvium.trainer.mixup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What is remembered of pairs, and for how long. */
class ConfidencesTest {
  private final Confidences confidences = new Confidences(3);

  @Test
  void confidenceIsMinusTheMeanOfTheLastFourPerplexities() {
    assertThat(confidences.of("a")).isEqualTo(OptionalDouble.empty());
    confidences.saw("a", Math.log(50));
    assertThat(confidences.of("a").orElseThrow()).isCloseTo(-50, within(1e-4));
    for (double perplexity : new double[] {2, 4, 6, 8}) {
      confidences.saw("a", Math.log(perplexity));
    }
    assertThat(confidences.of("a").orElseThrow()).isCloseTo(-5, within(1e-6));
  }

  @Test
  void aPerplexityIsAThousandAtMost() {
    confidences.saw("a", 800);
    assertThat(confidences.of("a").orElseThrow()).isEqualTo(-1000);
  }

  @Test
  void thoseNotSeenForLongestGoFirst() {
    for (String pair : List.of("a", "b", "c", "a", "d")) {
      confidences.saw(pair, 1);
    }
    assertThat(confidences.keys())
        .containsExactlyInAnyOrder(
            Confidences.key("a"), Confidences.key("c"), Confidences.key("d"));
  }

  @Test
  void aForgottenPairIsAsIfItHadNotBeenSeen() {
    confidences.saw("a", 1);
    confidences.saw("b", 1);
    confidences.forget("a");
    assertThat(confidences.keys()).containsExactly(Confidences.key("b"));
    assertThat(confidences.of("a")).isEmpty();
  }

  @Test
  void theMostThereMayBeFitIntoAStateThatCanBeRead() {
    Confidences full = new Confidences(100_000);
    for (int i = 0; i < 100_000; i++) {
      for (int pass = 0; pass < 4; pass++) {
        full.saw("a pair with an id of any length, such as " + i, 6.7);
      }
    }
    String text = full.text();
    // Jackson reads strings of 20 million characters; each quote needs one more in a header.
    assertThat(text.length() + text.chars().filter(c -> c == '"').count()).isLessThan(10_000_000);
    Confidences read = new Confidences(100_000);
    read.read(text);
    assertThat(read.text()).isEqualTo(text);
  }

  @Test
  void spreadIsTheStandardDeviationOfWhatIsKnown() {
    confidences.saw("a", Math.log(2));
    confidences.saw("b", Math.log(4));
    assertThat(confidences.spread(List.of("a", "b", "unknown"))).isCloseTo(1, within(1e-6));
    assertThat(confidences.spread(List.of("a"))).isZero();
  }

  @Test
  void whatIsWrittenIsReadExactlyAndInOrder() {
    confidences.saw("\"b\" ü", 0.1);
    confidences.saw("a", 1.7);
    confidences.saw("a", 3.3);
    Confidences read = new Confidences(3);
    read.saw("gone", 1);
    read.read(confidences.text());
    assertThat(read.text()).isEqualTo(confidences.text());
    assertThat(read.of("a")).isEqualTo(confidences.of("a"));
    Confidences fewer = new Confidences(1);
    fewer.read(confidences.text());
    assertThat(fewer.keys()).containsExactly(Confidences.key("a"));
    assertThatThrownBy(() -> read.read("[1]")).hasMessageContaining("confidences are not");
  }
}
