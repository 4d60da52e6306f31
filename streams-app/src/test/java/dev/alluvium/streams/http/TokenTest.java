package dev.alluvium.streams.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.streams.MovableClock;
import dev.alluvium.streams.config.Listening;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the token comes from, and what it lets in. */
class TokenTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private final MovableClock clock = new MovableClock();

  @TempDir private Path directory;

  @Test
  void comesFromAFileOrAVariableWithoutTheLineBreakAtItsEnd() throws IOException {
    Path file = Files.writeString(directory.resolve("token"), SECRET + "\n");

    assertThat(read(file.toString(), "", Map.of()).is(SECRET)).isTrue();
    assertThat(read("", "TOKEN", Map.of("TOKEN", SECRET)).is(SECRET)).isTrue();
    assertThat(Token.read(settings("", ""), Map.of(), clock)).isEmpty();
  }

  @Test
  void aMissingOrShortTokenIsRefusedByTheKeyThatNamesIt() throws IOException {
    Path file = Files.writeString(directory.resolve("token"), "short");

    assertThatThrownBy(() -> read(file.toString(), "", Map.of()))
        .hasMessageContaining("dashboard.tokenFile: the token in " + file + " has 5 characters")
        .hasMessageNotContaining("short");
    assertThatThrownBy(() -> read("", "TOKEN", Map.of()))
        .hasMessageContaining("dashboard.tokenVariable: the token in TOKEN has 0 characters");
    assertThatThrownBy(() -> read(directory.resolve("none").toString(), "", Map.of()))
        .hasMessageContaining("dashboard.tokenFile: ")
        .hasMessageContaining("cannot be read");
  }

  @Test
  void onlyTheTokenItselfIsTheToken() {
    Token token = read("", "TOKEN", Map.of("TOKEN", SECRET));

    assertThat(token.is("")).isFalse();
    assertThat(token.is(SECRET.substring(1))).isFalse();
    assertThat(token.is(SECRET + "0")).isFalse();
    assertThat(token.is(token.session())).isFalse();
  }

  @Test
  void aSessionIsGoodForAWeekOnEveryInstanceWithTheSameToken() {
    Token token = read("", "TOKEN", Map.of("TOKEN", SECRET));
    Token elsewhere = read("", "TOKEN", Map.of("TOKEN", SECRET));
    Token changed = read("", "TOKEN", Map.of("TOKEN", SECRET + "changed"));
    String session = token.session();

    assertThat(session).doesNotContain(SECRET);
    assertThat(elsewhere.isSession(session)).isTrue();
    assertThat(changed.isSession(session)).isFalse();
    clock.move(Token.SESSION.minusSeconds(1));
    assertThat(token.isSession(session)).isTrue();
    clock.move(Duration.ofSeconds(1));
    assertThat(token.isSession(session)).isFalse();
  }

  @Test
  void aSessionCannotBeMadeLongerOrUp() {
    Token token = read("", "TOKEN", Map.of("TOKEN", SECRET));
    String session = token.session();
    String signature = session.substring(session.indexOf('.'));

    for (String forged :
        new String[] {
          "99999999999" + signature, "", ".", signature, "x" + signature, "1.", SECRET
        }) {
      assertThat(token.isSession(forged)).as(forged).isFalse();
    }
  }

  private Token read(String file, String variable, Map<String, String> environment) {
    return Token.read(settings(file, variable), environment, clock).orElseThrow();
  }

  private static Listening settings(String file, String variable) {
    return new Listening("dashboard", "localhost", 0, file, variable);
  }
}
