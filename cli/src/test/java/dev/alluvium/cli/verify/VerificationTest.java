package dev.alluvium.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class VerificationTest {
  @Test
  void saysWhyNoWindowWasRecomputed() {
    assertThat(summary(0, 0, 0)).contains("there is nothing to verify yet");
    assertThat(summary(0, 0, 3)).contains("no longer has its first entry");
    assertThat(summary(1, 3, 3)).contains("windows 1 to 3 recomputed");
  }

  private static String summary(long from, long to, int windows) {
    return new Verification(from, to, 0, windows, 0, 0, 0, List.of(), List.of()).summary();
  }
}
