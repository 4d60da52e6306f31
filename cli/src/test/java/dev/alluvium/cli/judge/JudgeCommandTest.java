package dev.alluvium.cli.judge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.testing.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both shapes of records, labels, bad lines and exit codes of {@code alluvium judge}. */
class JudgeCommandTest {
  private static final String GOOD =
      """
      {"id":"own","skill":"math","instruction":"2*3?","response":"2*3=6\\n#### 6","answer":"6","answer_text":"It is 6.","label":true}
      {"id":"short","instruction":"2*3?","gold":"6","answer":"The answer is 7.","label":false}
      {"id":"disagrees","instruction":"2*3?","gold":"6","answer":"six","label":"wrong"}
      {"id":"cut","instruction":"2*3?","gold":"6","answer":"It is 6","finish":"length"}
      {"id":"copy","instruction":"2*3?","gold":"6","answer":" 6 ","kind":"paraphrase"}
      """;

  @TempDir private Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("cases.jsonl"), text);
  }

  @Test
  void printsVerdictsTotalsAndAgreement() throws IOException {
    Cli.Result result = Cli.run("judge", "--file", file(GOOD).toString());

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains("own  accepted  number/1  1.00  equal: read 6")
        .contains("disagrees  accepted  number/1  1.00  AGAINST ITS LABEL, equal")
        .contains("cut  rejected  guard/1  0.00  truncated")
        .contains("copy of gold, equal")
        .contains("3 accepted, 2 rejected, 0 errors, 0 lines that are no record; 1 copies of gold")
        .contains("agreement with labels: 2 of 3 (66.67 %)");
  }

  @Test
  void printsOneJsonObject() throws IOException {
    JsonNode json = Cli.run("judge", "--file", file(GOOD).toString(), "--json").json();

    JsonNode first = json.path("verdicts").path(0);
    assertThat(first.path("id").asText()).isEqualTo("own");
    assertThat(first.path("accepted").asBoolean()).isTrue();
    assertThat(first.path("judge").asText()).isEqualTo("number");
    assertThat(first.path("score").asDouble()).isEqualTo(1);
    assertThat(first.path("reason").asText()).isEqualTo("equal");
    assertThat(json.path("agreement").asDouble()).isEqualTo(2 / 3.0);
  }

  @Test
  void badLinesAreReportedByNumberAndTheOthersJudged() throws IOException {
    String text =
        "{\"gold\":\"6\",\"answer\":\"6\"}\nno json\n{\"gold\":\"6\"}\n{\"gold\":\"6\",\"answer\":\"7\"}\n";

    Cli.Result result = Cli.run("judge", "--file", file(text).toString(), "--json");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.json().path("verdicts")).hasSize(2);
    assertThat(result.json().path("bad_lines").findValuesAsText("line")).containsExactly("2", "3");
    assertThat(result.err()).contains(":3: no record to judge: no text to judge");
  }

  @Test
  void theJudgeCanBeChosen() throws IOException {
    Path file = file("{\"gold\":\"6\",\"answer\":\"6.0\"}\n");

    assertThat(Cli.run("judge", "--file", file.toString(), "--judge", "span").out())
        .contains("span/1");
    Cli.Result unknown = Cli.run("judge", "--file", file.toString(), "--judge", "nobody");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("nobody").contains("similarity");
    assertThat(Cli.run("judge", "--file", file.toString(), "--set", "judges.fallback=span").out())
        .contains("span/1");
  }

  @Test
  void aMissingFileIsAFailure() {
    Cli.Result result = Cli.run("judge", "--file", directory.resolve("none").toString());

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("none");
  }
}
