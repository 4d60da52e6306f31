package dev.alluvium.cli.produce;

import static dev.alluvium.cli.testing.Cli.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams cut into JSON values, whatever their form and whatever is wrong with them. */
class JsonPiecesTest {
  private static final int LIMIT = 40;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1}~{\"a\":2}~ | 1:{\"a\":1} 2:{\"a\":2}",
        "~~{\"a\":1}~ ~{\"a\":2} | 3:{\"a\":1} 5:{\"a\":2}",
        "[{\"a\":1},{\"a\":2}] | 1:{\"a\":1} 1:{\"a\":2}",
        "[~{\"a\":[1]},~{\"a\":\"]\\\"\"}~]~ | 2:{\"a\":[1]} 3:{\"a\":\"]\\\"\"}",
        "[] | ''",
        "[1,{\"a\":1}] | 1:1 1:{\"a\":1}",
        "{~\"a\":~{}~} | 1:{~\"a\":~{}~}",
        "{~\"a\":1}~{~\"a\":2} | 1:{~\"a\":1} 3:{~\"a\":2}",
        "{\"a\":1~{\"a\":2} | 1:{\"a\":1 2:{\"a\":2}",
        "[{\"a\":\"x~},{\"a\":2}] | 1:{\"a\":\"x~} 2:{\"a\":2}",
        "[{\"a\":1} | 1:{\"a\":1} 1:",
        "[]x | 1:x",
        "'' | ''",
      })
  void everyValueComesOnceWithItsFirstLine(String input, String expected) throws IOException {
    assertThat(String.join(" ", pieces(input.replace('~', '\n'), LIMIT)).replace('\n', '~'))
        .isEqualTo(expected);
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstValue() throws IOException {
    assertThat(pieces("\uFEFF{\"a\":1}", LIMIT)).containsExactly("1:{\"a\":1}");
  }

  @Test
  void whatIsTooLargeIsCutAndTheRestGoesOn() throws IOException {
    String large = "{\"a\":\"" + "x".repeat(10 * LIMIT) + "\"}";
    for (String input : List.of(large + "\n{\"a\":1}", "[" + large + ",\n{\"a\":1}]")) {
      JsonPieces pieces = new JsonPieces(new ByteArrayInputStream(utf8(input)), LIMIT);

      JsonPieces.Piece first = pieces.next();
      assertThat(first.tooLarge()).isTrue();
      assertThat(first.bytes()).hasSize(LIMIT);
      JsonPieces.Piece second = pieces.next();
      assertThat(second.tooLarge()).isFalse();
      assertThat(second.line()).isEqualTo(2);
      assertThat(pieces.next()).isNull();
    }
  }

  @Test
  void anEndlessLineTakesNoMoreMemoryThanTheLimit() throws IOException {
    long size = 3L * Runtime.getRuntime().maxMemory() / 2;
    JsonPieces pieces = new JsonPieces(new Zeros(size), LIMIT);

    assertThat(pieces.next().bytes()).hasSize(LIMIT);
    assertThat(pieces.next()).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void noInputLoopsOrFails(long seed) throws IOException {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    String alphabet = "[]{}\",:\\ \n1a\t";
    for (int round = 0; round < 400; round++) {
      StringBuilder input = new StringBuilder();
      for (int i = random.nextInt(60); i > 0; i--) {
        input.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      int bytes = input.length();
      assertThat(pieces(input.toString(), LIMIT)).hasSizeLessThanOrEqualTo(bytes + 1);
    }
  }

  private static List<String> pieces(String input, int limit) throws IOException {
    JsonPieces pieces = new JsonPieces(new ByteArrayInputStream(utf8(input)), limit);
    List<String> found = new ArrayList<>();
    for (JsonPieces.Piece piece = pieces.next(); piece != null; piece = pieces.next()) {
      found.add(piece.line() + ":" + new String(piece.bytes(), UTF_8));
    }
    return found;
  }

  /** So many zero bytes, in large gulps. */
  private static final class Zeros extends InputStream {
    private long left;

    Zeros(long size) {
      this.left = size;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] buffer, int from, int length) {
      if (left <= 0) {
        return -1;
      }
      int n = (int) Math.min(length, left);
      left -= n;
      return n;
    }
  }
}
