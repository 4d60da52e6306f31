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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixerTest {
  private static final int WINDOW = 64;

  private final Mixer mixer = new Mixer(MixSettings.defaults().rules());
  private final List<NewPair> pairs = SuitePairs.of(new Parts(5).stream(Skills.NEW.get(0), 150));

  @Test
  void everyPairComesOnceAndReplayIsMarked() {
    List<Example> examples = examples(mixer, pairs);
    assertThat(examples)
        .filteredOn(example -> example.getReplayOf() == null)
        .extracting(Example::getPairId)
        .containsExactlyInAnyOrderElementsOf(
            pairs.stream().map(pair -> pair.candidate().getPairId()).toList());
    assertThat(examples)
        .as("a fifth of the second window and of the 22 in the third")
        .filteredOn(example -> example.getReplayOf() != null)
        .hasSize(16 + 5);
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
    List<Example> examples = dmt("dmt-1/16", 160);
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

  /** What docs/experiments.md says of the arms that were measured. */
  @ParameterizedTest
  @CsvSource({
    "dmt-1/256, 8",
    "dmt-1/67, 30",
    "dmt-1/64, 32",
    "dmt-1/16, 126",
    "dmt-1/4, 500",
    "dmt-1/1, 2000"
  })
  void remindersOfAThousandPairsOfEachSkill(String arm, int reminders) {
    assertThat(dmt(arm, 1000))
        .filteredOn(example -> example.getReplayOf() != null)
        .hasSize(reminders);
  }

  private static List<Example> dmt(String name, int pairs) {
    Arm arm =
        new DmtCommand()
            .arms().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    Mixer stages =
        new Mixer(
            new SettingsLoader(Map.of())
                .load(Optional.empty(), arm.settings())
                .settings()
                .mix()
                .rules());
    Phase phase = arm.phases().get(0);
    return examples(stages, new Supply(new Parts(101), arm.phases(), pairs).next(phase));
  }

  /** All that is trained of these pairs, which come by the window. */
  private static List<Example> examples(Mixer mixer, List<NewPair> pairs) {
    List<Example> examples = new ArrayList<>();
    for (int from = 0; from < pairs.size(); from += WINDOW) {
      pairs
          .subList(from, Math.min(from + WINDOW, pairs.size()))
          .forEach(pair -> mixer.add(pair.candidate()));
      train(mixer, examples);
    }
    mixer.flush();
    train(mixer, examples);
    return examples;
  }

  private static void train(Mixer mixer, List<Example> examples) {
    Optional<Window> next = mixer.next();
    while (next.isPresent()) {
      examples.addAll(next.get().examples());
      mixer.settled(trained(next.get()));
      next = mixer.next();
    }
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
