package dev.alluvium.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.config.SettingsLoader;
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

  /** All special pairs, then the general ones with a sixteenth of the special ones between them. */
  @Test
  void theTwoStagesOfThePaperAreOneCycle() {
    Map<String, String> settings =
        new DmtCommand()
            .arms().stream()
                .filter(arm -> arm.name().equals("dmt-1/16"))
                .findFirst()
                .orElseThrow()
                .settings();
    Mixer stages =
        new Mixer(
            new SettingsLoader(Map.of()).load(Optional.empty(), settings).settings().mix().rules());
    List<NewPair> mixed =
        new Supply(new Parts(5), List.of(Phase.of("subtract", "program", "wrap")), 160)
            .next(Phase.of("subtract", "program", "wrap"));
    mixed.forEach(pair -> stages.add(pair.candidate()));
    stages.flush();
    List<Example> examples = new ArrayList<>();
    Optional<Window> next = stages.next();
    while (next.isPresent()) {
      examples.addAll(next.get().examples());
      stages.settled(trained(next.get()));
      next = stages.next();
    }
    assertThat(examples.subList(0, 320))
        .allMatch(example -> example.getReplayOf() == null)
        .noneMatch(example -> example.getSkill().equals("wrap"));
    List<Example> general = examples.subList(320, examples.size());
    assertThat(general).filteredOn(example -> example.getReplayOf() == null).hasSize(160);
    assertThat(general)
        .filteredOn(example -> example.getReplayOf() != null)
        .extracting(Example::getSkill)
        .hasSize(20)
        .containsOnly("subtract", "program");
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
