package dev.alluvium.trainer.bisect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.trainer.gate.ProbeScorer.TokenizedProbe;
import dev.alluvium.trainer.text.TokenizedExample;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Of four probes two came with the very windows that are in question. */
class SkillProbesTest {
  private static final int LEAST = 2;
  private static final List<TokenizedProbe> ALL =
      List.of(probe("old-1"), probe("old-2"), probe("new-1"), probe("new-2"));

  @Test
  void thoseThatTheGoodVersionWasMeasuredByAreEnough() {
    assertThat(chosen(Set.of(), Set.of("old-1", "old-2"))).containsExactly("old-1", "old-2");
  }

  @Test
  void newOnesVoteWhereThereAreTooFewOthers() {
    assertThat(chosen(Set.of(), Set.of("old-1")))
        .containsExactly("old-1", "old-2", "new-1", "new-2");
  }

  @Test
  void thoseThatAreAskedForAreTakenHoweverFewAndNew() {
    assertThat(chosen(Set.of("new-2"), Set.of("old-1", "old-2"))).containsExactly("new-2");
  }

  @Test
  void noneThatTheModelCanTakeIsRefused() {
    assertThatThrownBy(() -> probes(Set.of(), Set.of()).chosen(List.of(), LEAST))
        .isInstanceOf(CannotBisectException.class)
        .hasMessageContaining("the skill math", "train.maxTokens");
  }

  private static List<String> chosen(Set<String> asked, Set<String> frozen) {
    return probes(asked, frozen).chosen(ALL, LEAST).stream().map(TokenizedProbe::pairId).toList();
  }

  private static SkillProbes probes(Set<String> asked, Set<String> frozen) {
    ModelVersion bad =
        ModelVersion.newBuilder()
            .setVersion("v000001")
            .setStatus(VersionStatus.HELD)
            .setReason("r")
            .setMethod("lora")
            .setPath("/store/v000001")
            .setCheckpoint("c")
            .setFirstWindow(1)
            .setLastWindow(2)
            .setProbes(Map.of())
            .setDigest("d")
            .setCreatedAt(Instant.EPOCH)
            .build();
    Question question = new Question("math", asked, Optional.empty(), bad, new TreeMap<>());
    return new SkillProbes(question, Map.of(), frozen);
  }

  private static TokenizedProbe probe(String id) {
    return new TokenizedProbe(
        id, "math", new TokenizedExample(new int[] {1, 2, 3}, new boolean[] {false, true, true}));
  }
}
