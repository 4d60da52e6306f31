package dev.alluvium.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.suite.Parts;
import dev.alluvium.cli.suite.skill.Skills;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.streams.ask.AskInput.NewPair;
import dev.alluvium.streams.config.MixSettings;
import dev.alluvium.trainer.consume.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MixerTest {
  private final Mixer mixer = new Mixer(MixSettings.defaults().rules());
  private final List<NewPair> pairs = SuitePairs.of(new Parts(5).stream(Skills.NEW.get(0), 150));

  @Test
  void everyPairComesOnceAndReplayIsMarked() {
    pairs.forEach(pair -> mixer.add(pair.candidate()));
    mixer.flush();
    List<Example> examples = new ArrayList<>();
    Optional<Window> next = mixer.next();
    while (next.isPresent()) {
      examples.addAll(next.get().examples());
      mixer.settled(trained(next.get()));
      next = mixer.next();
    }
    assertThat(examples)
        .filteredOn(example -> example.getReplayOf() == null)
        .extracting(Example::getPairId)
        .containsExactlyInAnyOrderElementsOf(
            pairs.stream().map(pair -> pair.candidate().getPairId()).toList());
    assertThat(examples).as("a share of 5 %").anyMatch(example -> example.getReplayOf() != null);
  }

  @Test
  void noWindowIsMadeBeforeThoseAheadAreTrained() {
    pairs.forEach(pair -> mixer.add(pair.candidate()));
    assertThat(mixer.next()).isPresent();
    assertThat(mixer.next()).isPresent();
    assertThat(mixer.next()).as("two may be ahead").isEmpty();
  }

  private static Outcome trained(Window window) {
    return Outcome.newBuilder()
        .setWindowId(window.id())
        .setStatus(OutcomeStatus.TRAINED)
        .setCheckpoint("test")
        .setExamples(window.examples().size())
        .setTokens(Map.of())
        .build();
  }
}
