package dev.alluvium.trainer.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.judges.JudgeTools;
import dev.alluvium.judges.Judges;
import dev.alluvium.judges.sandbox.SandboxLimits;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.trainer.evaluate.LoadedModel;
import dev.alluvium.trainer.model.generate.Completion;
import dev.alluvium.trainer.model.generate.GenerationSettings;
import dev.alluvium.trainer.model.generate.Generator;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.text.AnswerText;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.TemplateChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The shipped model answers; gold is what it says, or something else. */
class ProbeWriterTest {
  private static final int TOKENS = 60;
  private static final int LONGEST = 200;
  private static final List<String> QUESTIONS =
      List.of("What is 2 plus 3?", "Who are you?", "Is the sun hot?", "Name a colour.");

  private static LoadedModel loaded;
  private static ExampleTokenizer examples;

  @BeforeAll
  static void load() {
    loaded =
        LoadedModel.load(
            Path.of("../models/tiny"),
            Optional.empty(),
            new Compute("cpu", Precision.FLOAT32, 1),
            TemplateChoice.of(TemplateChoice.MODEL));
    examples = new ExampleTokenizer(loaded.tokenizer(), loaded.template(), LONGEST);
  }

  @AfterAll
  static void close() {
    loaded.close();
  }

  @Test
  void tellsRightFromWrong() {
    List<Probe> probes = new ArrayList<>();
    for (String question : QUESTIONS) {
      said(question)
          .ifPresent(
              answer -> {
                probes.add(probe("right " + question, question, answer));
                probes.add(probe("wrong " + question, question, "Exactly 7531 purple elephants."));
              });
    }
    assertThat(probes).isNotEmpty();
    Map<String, Boolean> answers = answers(TOKENS, probes);
    assertThat(answers).hasSize(probes.size());
    answers.forEach((id, right) -> assertThat(right).as(id).isEqualTo(id.startsWith("right")));

    assertThat(answers(1, probes)).as("an answer cut off is wrong").doesNotContainValue(true);
    assertThat(writer(1).how()).isNotEqualTo(writer(TOKENS).how());
    assertThat(writer(TOKENS).how()).isEqualTo(writer(TOKENS).how());
  }

  @Test
  void knowsWhatAnExactJudgeReads() {
    assertThat(question(probe("n", "?", "It is 5."))).get().matches(WrittenQuestion::exact);
    assertThat(question(probe("long", "?", "word ".repeat(60))))
        .get()
        .matches(question -> !question.exact());
    Probe code =
        Probe.newBuilder(probe("code", "?", "def f(): return 1"))
            .setTests(List.of("assert f() == 1"))
            .build();
    assertThat(question(code)).get().matches(question -> !question.exact());
  }

  @Test
  void asksNothingThatLeavesNoRoomForAnAnswer() {
    assertThat(question(probe("long", "word ".repeat(LONGEST - TOKENS), "5"))).isEmpty();
  }

  @Test
  void stopsWhenToldTo() {
    List<WrittenQuestion> questions = List.of(question(probe("n", "Who?", "I.")).orElseThrow());
    assertThatThrownBy(() -> writer(TOKENS).answers(loaded.model(), questions, () -> true))
        .isInstanceOf(CancellationException.class);
  }

  /** What the model says by itself, if that is short and ends. */
  private static Optional<String> said(String question) {
    int[] prompt = examples.prompt(Conversation.of(question));
    Completion written =
        new Generator(loaded.model())
            .complete(
                new dev.alluvium.trainer.model.generate.Prompt(prompt, 0),
                GenerationSettings.greedy(
                    TOKENS, loaded.tokenizer().vocabularySize(), loaded.template().stopIds()));
    AnswerText answer =
        AnswerText.of(loaded.tokenizer(), loaded.template().stopIds(), written.ids());
    return Optional.of(answer.text())
        .filter(text -> answer.ended() && !text.isBlank() && text.split(" ").length <= 30);
  }

  private static Map<String, Boolean> answers(int tokens, List<Probe> probes) {
    ProbeWriter writer = writer(tokens);
    List<WrittenQuestion> questions =
        probes.stream().map(probe -> writer.question(probe).orElseThrow()).toList();
    return writer.answers(loaded.model(), questions, () -> false);
  }

  private static Optional<WrittenQuestion> question(Probe probe) {
    return writer(TOKENS).question(probe);
  }

  private static ProbeWriter writer(int tokens) {
    return new ProbeWriter(
        loaded.tokenizer(),
        loaded.template(),
        examples,
        probe -> Conversation.of(probe.getPrompt().getInstruction()),
        new Judges(JudgeSettings.DEFAULT, new JudgeTools(SandboxLimits.DEFAULT)),
        tokens);
  }

  private static Probe probe(String id, String instruction, String gold) {
    return Probe.newBuilder()
        .setPairId(id)
        .setSkill("general")
        .setGroup("g")
        .setPrompt(Prompt.newBuilder().setInstruction(instruction).build())
        .setGold(gold)
        .setPosition(new SourcePosition("pairs.v1", 0, 1L))
        .build();
  }
}
