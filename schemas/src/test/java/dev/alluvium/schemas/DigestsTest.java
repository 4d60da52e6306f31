package dev.alluvium.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

class DigestsTest {
  /** FIPS 180-4's example for SHA-256. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void isSha256() {
    assertThat(Digests.sha256("abc".getBytes(UTF_8))).isEqualTo(ABC);
    assertThat(Digests.sha256("a", "bc")).isEqualTo(Digests.sha256("1:a2:bc".getBytes(UTF_8)));
  }

  @Test
  void digestsThatAreFedInTurnsKnowNothingOfEachOther() {
    MessageDigest one = Digests.sha256();
    MessageDigest other = Digests.sha256();
    one.update("a".getBytes(UTF_8));
    other.update("x".getBytes(UTF_8));
    one.update("bc".getBytes(UTF_8));
    assertThat(Digests.hex(one.digest())).isEqualTo(ABC);
    assertThat(Digests.hex(Digests.sha256().digest("abc".getBytes(UTF_8)))).isEqualTo(ABC);
  }
}
