package dev.alluvium.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HolderTest {
  @Test
  void oneThatRunsElsewhereOrStillRunsIsNotGone() throws Exception {
    Holder here = Holder.here();
    assertThat(Holder.parse(here.toString())).isEqualTo(here);
    assertThat(here.isGone()).as("asked by itself").isTrue();
    assertThat(new Holder("elsewhere", here.pid()).isGone()).isFalse();
    assertThat(Holder.parse("nonsense").isGone()).isFalse();
    assertThat(Holder.parse("unknown:12").isGone()).isFalse();

    Process other = new ProcessBuilder("sleep", "60").start();
    Holder held = new Holder(here.host(), other.pid());
    assertThat(held.isGone()).isFalse();
    other.destroyForcibly().waitFor();
    assertThat(held.isGone()).isTrue();
  }
}
