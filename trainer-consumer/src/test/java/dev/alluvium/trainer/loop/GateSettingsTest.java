package dev.alluvium.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.config.TrainSettings.GateSettings;
import dev.alluvium.trainer.gate.Gate.Ruling;
import dev.alluvium.trainer.gate.ProbeScores;
import dev.alluvium.trainer.gate.ProbeScores.ProbeScore;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every key of the gate decides by itself about the same weights. */
class GateSettingsTest {
  /** Six probes: 8 percent over the last promoted version's, 12 over the base model's. */
  private final ProbeScores base = scores(6, 1);

  private final ProbeScores promoted = scores(6, 1.12 / 1.08);
  private final ProbeScores candidate = scores(6, 1.12);

  @Test
  void eachKeyHasAnEffect() {
    assertThat(ruling(new GateSettings(1, 0.1, 0.2, 5, "refuse"))).isEqualTo(Ruling.PROMOTE);
    assertThat(ruling(new GateSettings(1, 0.05, 0.2, 5, "refuse"))).isEqualTo(Ruling.ROLLBACK);
    assertThat(ruling(new GateSettings(1, 0.1, 0.1, 5, "refuse"))).isEqualTo(Ruling.ROLLBACK);
    assertThat(ruling(new GateSettings(1, 0.1, 0.2, 7, "refuse"))).isEqualTo(Ruling.HOLD);
  }

  @Test
  void anUnmeasuredSkillIsPassedOverWhenThatIsWanted() {
    Map<String, ProbeScore> more = new TreeMap<>(base.byProbe());
    more.put("one", new ProbeScore("code", 1, 1, false));
    ProbeScores two = new ProbeScores(more);
    GateSettings refuse = new GateSettings(1, 0.1, 0.2, 5, "refuse");
    GateSettings ignore = new GateSettings(1, 0.1, 0.2, 5, "ignore");
    assertThat(Trainer.gate(refuse).decide(two, two, two).ruling()).isEqualTo(Ruling.HOLD);
    assertThat(Trainer.gate(ignore).decide(two, two, two).ruling()).isEqualTo(Ruling.PROMOTE);
  }

  private Ruling ruling(GateSettings settings) {
    return Trainer.gate(settings).decide(base, promoted, candidate).ruling();
  }

  /** Probes of one token whose perplexity is the given number. */
  private static ProbeScores scores(int probes, double perplexity) {
    Map<String, ProbeScore> scores = new TreeMap<>();
    for (int i = 0; i < probes; i++) {
      scores.put("p" + i, new ProbeScore("math", Math.log(perplexity), 1, false));
    }
    return new ProbeScores(scores);
  }
}
