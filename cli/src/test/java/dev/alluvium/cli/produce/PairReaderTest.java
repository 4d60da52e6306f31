package dev.alluvium.cli.produce;

import static dev.alluvium.cli.testing.Cli.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Turn;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The four shapes, and what is no pair in any of them. */
class PairReaderTest {

  @Test
  void ourOwnShapeKeepsEverything() throws Malformed {
    Pair pair =
        read(
            """
            {"id": 7, "skill": "math", "source": "s", "instruction": "1+1?", "context": "c",
             "history": [{"role": "user", "text": "hi"}], "response": "2", "answer": "2",
             "tests": ["t"], "meta": {"a": 1}, "extra": true}
            """);

    assertThat(pair.getId()).isEqualTo("7");
    assertThat(pair.getSkill()).isEqualTo("math");
    assertThat(pair.getSource()).isEqualTo("s");
    assertThat(pair.getInstruction()).isEqualTo("1+1?");
    assertThat(pair.getContext()).isEqualTo("c");
    assertThat(pair.getHistory()).containsExactly(new Turn("user", "hi"));
    assertThat(pair.getResponse()).isEqualTo("2");
    assertThat(pair.getAnswer()).isEqualTo("2");
    assertThat(pair.getTests()).containsExactly("t");
    assertThat(pair.getMeta()).containsEntry("a", "1").containsEntry("extra", "true");
  }

  @Test
  void alpacasInputIsTheContextAndItsOutputTheResponse() throws Malformed {
    Pair pair =
        read(
            """
            {"instruction": "Sum up.", "input": "A long text.", "output": "Text.",
             "system": "Be brief.", "history": [["Hello", "Hi"]]}
            """);

    assertThat(pair.getInstruction()).isEqualTo("Sum up.");
    assertThat(pair.getContext()).isEqualTo("A long text.");
    assertThat(pair.getResponse()).isEqualTo("Text.");
    assertThat(pair.getHistory())
        .containsExactly(
            new Turn("system", "Be brief."),
            new Turn("user", "Hello"),
            new Turn("assistant", "Hi"));
    assertThat(pair.getMeta()).isEmpty();
  }

  @Test
  void alpacasEmptyInputIsNoContext() throws Malformed {
    assertThat(read("{\"instruction\":\"a\",\"input\":\"\",\"output\":\"b\"}").getContext())
        .isNull();
  }

  @Test
  void theLastAssistantTurnOfAConversationIsTheResponse() throws Malformed {
    Pair sharegpt =
        read(
            """
            {"id": "x", "conversations": [
              {"from": "system", "value": "S"}, {"from": "human", "value": "1"},
              {"from": "gpt", "value": "one"}, {"from": "human", "value": "2"},
              {"from": "gpt", "value": "two"}, {"from": "human", "value": "bye"}]}
            """);
    Pair messages =
        read(
            """
            {"id": "x", "messages": [
              {"role": "system", "content": "S"}, {"role": "user", "content": "1"},
              {"role": "assistant", "content": "one"},
              {"role": "user", "content": [{"type": "text", "text": "2"}]},
              {"role": "assistant", "content": "two"}]}
            """);

    assertThat(sharegpt).isEqualTo(messages);
    assertThat(messages.getInstruction()).isEqualTo("2");
    assertThat(messages.getResponse()).isEqualTo("two");
    assertThat(messages.getHistory())
        .containsExactly(
            new Turn("system", "S"), new Turn("user", "1"), new Turn("assistant", "one"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"instruction\":\"a\"} | wrong_shape | expected members",
        "{\"prompt\":\"a\",\"completion\":\"b\"} | wrong_shape | expected members",
        "{\"messages\":[]} | wrong_shape | no assistant turn",
        "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\"}]} | wrong_shape | no assistant turn",
        "{\"messages\":[{\"role\":\"tool\",\"content\":\"a\"}]} | wrong_shape | role is 'tool'",
        "{\"messages\":[{\"role\":\"user\"}]} | wrong_shape | content is missing",
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]} | wrong_shape | no text",
        "{\"instruction\":1,\"response\":\"b\"} | bad_json | instruction is number",
        "{\"instruction\":\"a\",\"response\":\"b\" | bad_json | not JSON",
        "{\"instruction\":\"a\",\"response\":\"b\"} x | bad_json | not JSON",
        "[1] | bad_json | expected a JSON object",
        "{\"instruction\":\"\\ud83d\",\"response\":\"b\"} | bad_character | half a character",
      })
  void whatIsNoPairSaysWhy(String text, String code, String detail) {
    assertThatThrownBy(() -> read(text))
        .asInstanceOf(type(Malformed.class))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code))
        .satisfies(e -> assertThat(e.detail()).contains(detail));
  }

  @Test
  void bytesThatAreNotUtf8AreNamedByPosition() {
    byte[] bytes = utf8("{\"instruction\":\"?\"}");
    bytes[16] = (byte) 0xFF;

    assertThatThrownBy(
            () -> new PairReader(Optional.empty()).read(new JsonPieces.Piece(1, bytes, false)))
        .hasMessageContaining("byte 17 of the record is not UTF-8");
  }

  @Test
  void theFirstRecordDecidesTheShapeOfTheFile() throws Malformed {
    PairReader reader = new PairReader(Optional.empty());
    reader.read(piece("{\"instruction\":\"a\",\"output\":\"b\"}"));

    assertThatThrownBy(() -> reader.read(piece("{\"instruction\":\"a\",\"response\":\"b\"}")))
        .hasMessageContaining("not of the shape alpaca");
  }

  @Test
  void aWholeCharacterWrittenAsAnEscapeIsFine() throws Malformed {
    Pair pair = read("{\"instruction\":\"\\ud83d\\ude00\",\"response\":\"b\"}");

    assertThat(pair.getInstruction()).isEqualTo("\uD83D\uDE00");
  }

  private static Pair read(String text) throws Malformed {
    return new PairReader(Optional.empty()).read(piece(text));
  }

  private static JsonPieces.Piece piece(String text) {
    return new JsonPieces.Piece(1, utf8(text), false);
  }
}
