package dev.alluvium.judges;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.judges.sandbox.SandboxLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Judges agree with people on cases that people labelled, near misses among them. */
class LabelledCasesTest {
  private static final double SHARE = 0.99;
  private static final int FEWEST = 400;
  private static final List<String> FILES =
      List.of("number", "choice", "yesno", "span", "similarity");

  private final Judges judges =
      new Judges(JudgeSettings.DEFAULT, new JudgeTools(SandboxLimits.DEFAULT));

  private record Labelled(String place, boolean label, Question question, String answer) {}

  @ParameterizedTest
  @ValueSource(strings = {"number", "choice", "yesno", "span", "similarity"})
  void theNamedJudgeAgrees(String judge) {
    assertAgreement(read(judge, judge));
  }

  @Test
  void theJudgeChosenByShapeAgrees() {
    List<Labelled> all = new ArrayList<>();
    FILES.forEach(file -> all.addAll(read(file, null)));
    assertThat(all).hasSizeGreaterThanOrEqualTo(FEWEST);
    assertAgreement(all);
  }

  /** Questions of all kinds as records of a file, so that the reader of records is in the loop. */
  @Test
  void recordsOfAllKindsAreJudgedAsPeopleDo() throws IOException {
    List<Labelled> cases = new ArrayList<>();
    for (String line : lines("cases/mixed.jsonl")) {
      Case read = CaseReader.read((ObjectNode) JsonMapper.builder().build().readTree(line));
      cases.add(
          new Labelled(
              "mixed.jsonl:" + (cases.size() + 1),
              Boolean.TRUE.equals(read.label()),
              read.question(),
              read.attempt().text()));
    }
    assertThat(cases).hasSizeGreaterThan(200);
    assertAgreement(cases);
  }

  private void assertAgreement(List<Labelled> cases) {
    List<String> against = new ArrayList<>();
    for (Labelled one : cases) {
      Verdict verdict = judges.judge(one.question, Attempt.answer(one.answer));
      if (verdict.decision() == Decision.ERROR || verdict.accepted() != one.label) {
        against.add(
            "%s: expected %s for '%s': %s".formatted(one.place, one.label, one.answer, verdict));
      }
    }
    assertThat(against.size())
        .as(
            "%d of %d against their label:%n%s",
            against.size(), cases.size(), String.join("\n", against))
        .isLessThanOrEqualTo((int) Math.floor((1 - SHARE) * cases.size()));
  }

  private static List<Labelled> read(String file, String judge) {
    List<Labelled> cases = new ArrayList<>();
    String asked = "";
    int number = 0;
    for (String line : lines("cases/" + file + ".tsv")) {
      number++;
      String[] cells = line.replace("\\n", "\n").split("\t", -1);
      if (cells[0].equals("?")) {
        asked = cells[1];
      } else if (!cells[0].startsWith("#")) {
        List<String> golds = Arrays.asList(cells[1].split("\\|"));
        String instruction = cells.length > 3 ? cells[3] : asked;
        Question question =
            (file.equals("similarity")
                    ? Question.of(instruction, cells[1])
                    : Question.of(instruction, golds.get(0)).withAnswer(golds.get(0)))
                .accepting(golds.subList(1, golds.size()))
                .named(null, judge);
        cases.add(
            new Labelled(file + ".tsv:" + number, cells[0].equals("yes"), question, cells[2]));
      }
    }
    return cases;
  }

  private static List<String> lines(String resource) {
    try (InputStream in = LabelledCasesTest.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
