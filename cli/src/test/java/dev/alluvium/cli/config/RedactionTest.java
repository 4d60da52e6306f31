package dev.alluvium.cli.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** What passes through the stream that people read. */
class RedactionTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream stream = Redaction.over(new PrintStream(written, true, UTF_8));

  @Test
  void aSecretIsHiddenWhereverItStands() {
    Redaction.hide("swordfish-1");

    stream.println("before swordfish-1 after, und schön");
    stream.print("no line swordfish-1");
    stream.flush();

    assertThat(written.toString(UTF_8).lines())
        .containsExactly("before *** after, und schön", "no line ***");
  }

  @Test
  void aSecretIsHiddenThoughItIsWrittenInPieces() {
    Redaction.hide("swordfish-2");

    for (byte b : "x swordfish-2 y\n".getBytes(UTF_8)) {
      stream.write(b);
    }

    assertThat(written.toString(UTF_8)).isEqualTo("x *** y\n");
  }

  @Test
  void soAreThePasswordsInALoginAndTheLinesOfAKey() {
    Redaction.hide("Module required username=\"me\" password=\"open sesame\";");
    Redaction.hide("-----BEGIN PRIVATE KEY-----\nMIIsecretline\n-----END PRIVATE KEY-----");

    stream.println("me open sesame MIIsecretline -----BEGIN PRIVATE KEY-----");

    assertThat(written.toString(UTF_8).strip()).isEqualTo("me *** *** -----BEGIN PRIVATE KEY-----");
  }
}
