package dev.alluvium.streams.redact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Turn;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
  private final Map<Kind, Integer> found = new EnumMap<>(Kind.class);

  /** Card and account numbers are the brands' and the registry's published examples. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "write to jane.doe+x@mail.example.com, please | write to [email], please",
        "card 4111 1111 1111 1111 exp 12/30 | card [card] exp 12/30",
        "amex 378282246310005. | amex [card].",
        "pay to DE89 3704 0044 0532 0130 00 today | pay to [iban] today",
        "IBAN GB29NWBK60161331926819 | IBAN [iban]",
        "DE89 3704 0044 0532 0130 00 BIC: COBADEFF | [iban] BIC: COBADEFF",
        "DE89370400440532013000 Please pay | [iban] Please pay",
        "4111 1111 1111 1111 12/30 | [card] 12/30",
        "4111111111111111 123 | [card] 123",
        "ask joe@example.com.Please | ask [email].Please",
        "...joe@example.com | ...[email]",
        "a@example.com,b@example.com | [email],[email]",
        "call +1 650-253-0000 or +49 30 901820 | call [phone] or [phone]"
      })
  void replacesWhatItsRulesSayItIs(String text, String left) {
    assertThat(all("").redact(text, found)).isEqualTo(left);
    assertThat(found).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4111 1111 1111 1112 is no card",
        "pi is 3.14159265358979323846",
        "DE89 3704 0044 0532 0130 01 has another checksum",
        "12345678901234567890123 atoms in 2026-11-22",
        "x = a @ b.T  # matrix product",
        "def f(x): return 1000000007 * x % 998244353",
        "+1 234 is too short, 650-253-0000 names no country"
      })
  void leavesOrdinaryTextAlone(String text) {
    assertThat(all("").redact(text, found)).isEqualTo(text);
    assertThat(found).isEmpty();
  }

  @Test
  void findsNumbersOfTheRegionWithoutACountryCode() {
    assertThat(all("US").redact("650-253-0000", found)).isEqualTo("[phone]");
  }

  @Test
  void replacesOnlyTheKindsAskedFor() {
    Redactor cards = new Redactor(Set.of(Kind.CARD), "");
    assertThat(cards.redact("a@example.com 4111111111111111", found))
        .isEqualTo("a@example.com [card]");
    assertThat(found).isEqualTo(Map.of(Kind.CARD, 1));
    assertThat(new Redactor(Set.of(), "").isOff()).isTrue();
  }

  /** A text made to be slow: it takes as long as its length, not its square. */
  @Test
  void endsOnTextsMadeToBeSlow() {
    String digits = "4 ".repeat(50_000);
    String names = "a".repeat(100_000) + "@";
    assertThat(all("US").redact(digits, found)).isEqualTo(digits);
    assertThat(all("US").redact(names, found)).isEqualTo(names);
  }

  @Test
  void coversAllThatAModelIsShownTrainedOnOrJudgedBy() {
    Pair pair =
        Pair.newBuilder()
            .setId("a@example.com")
            .setInstruction("i a@example.com")
            .setContext("c b@example.com")
            .setHistory(List.of(new Turn("user", "h c@example.com")))
            .setResponse("r d@example.com")
            .setAnswer("e@example.com")
            .build();
    Pair redacted = new PairRedactor(all("")).redact(pair, found);
    assertThat(redacted.getInstruction()).isEqualTo("i [email]");
    assertThat(redacted.getContext()).isEqualTo("c [email]");
    assertThat(redacted.getHistory().get(0).getText()).isEqualTo("h [email]");
    assertThat(redacted.getResponse()).isEqualTo("r [email]");
    assertThat(redacted.getAnswer()).isEqualTo("[email]");
    assertThat(redacted.getId()).isEqualTo("a@example.com");
    assertThat(found).isEqualTo(Map.of(Kind.EMAIL, 5));
  }

  private static Redactor all(String region) {
    return new Redactor(EnumSet.allOf(Kind.class), region);
  }
}
