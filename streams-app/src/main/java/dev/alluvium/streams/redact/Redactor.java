package dev.alluvium.streams.redact;

import com.google.i18n.phonenumbers.PhoneNumberMatch;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.Leniency;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.validator.routines.CreditCardValidator;
import org.apache.commons.validator.routines.EmailValidator;
import org.apache.commons.validator.routines.IBANValidator;

/**
 * Replaces personal data in a text. What looks like it is checked by the rules of its kind
 * (checksums, countries' number plans), so that ordinary numbers stay.
 */
public final class Redactor {
  private static final Pattern EMAIL =
      Pattern.compile(
          "[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}+@[A-Za-z0-9-]{1,63}+(?:\\.[A-Za-z0-9-]{1,63}+){1,8}");
  private static final Pattern IBAN = Pattern.compile("\\b[A-Z]{2}\\d{2}(?: ?[A-Z0-9]){11,30}+");
  private static final Pattern CARD = Pattern.compile("(?<![\\d.,])\\d(?:[ -]?\\d){11,18}+");
  private static final Pattern SEPARATORS = Pattern.compile("[ -]");

  /** Candidates that a text may have before the search gives up; a text of digits has many. */
  private static final long MOST_PHONE_TRIES = 10_000;

  private final CreditCardValidator cards =
      new CreditCardValidator(
          CreditCardValidator.AMEX
              | CreditCardValidator.VISA
              | CreditCardValidator.MASTERCARD
              | CreditCardValidator.DISCOVER
              | CreditCardValidator.DINERS);
  private final EmailValidator emails = EmailValidator.getInstance();
  private final IBANValidator ibans = IBANValidator.getInstance();
  private final Set<Kind> kinds;
  private final String region;

  /**
   * A redactor.
   *
   * @param kinds what is replaced
   * @param region country whose telephone numbers are found without a country code, such as {@code
   *     DE}; empty: only those with one are
   */
  public Redactor(Set<Kind> kinds, String region) {
    this.kinds = Set.copyOf(kinds);
    this.region = region;
  }

  /** Whether there is anything to look for. */
  public boolean isOff() {
    return kinds.isEmpty();
  }

  /**
   * The text without personal data.
   *
   * @param found counts what was replaced
   */
  public String redact(String text, Map<Kind, Integer> found) {
    String left = text;
    if (kinds.contains(Kind.EMAIL)) {
      left = replace(left, EMAIL, emails::isValid, Kind.EMAIL, found);
    }
    if (kinds.contains(Kind.IBAN)) {
      left = replace(left, IBAN, one -> ibans.isValid(one.replace(" ", "")), Kind.IBAN, found);
    }
    if (kinds.contains(Kind.CARD)) {
      left = replace(left, CARD, this::isCard, Kind.CARD, found);
    }
    return kinds.contains(Kind.PHONE) ? phones(left, found) : left;
  }

  private boolean isCard(String digits) {
    return cards.isValid(SEPARATORS.matcher(digits).replaceAll(""));
  }

  /** What follows what is looked for may look like a part of it: the longest that is one counts. */
  private static String replace(
      String text, Pattern pattern, Predicate<String> isOne, Kind kind, Map<Kind, Integer> found) {
    Matcher matcher = pattern.matcher(text);
    StringBuilder left = new StringBuilder(text.length());
    int copied = 0;
    int from = 0;
    while (matcher.find(from)) {
      int end = longest(text, matcher.start(), matcher.end(), isOne);
      from = end;
      if (end > matcher.start()) {
        left.append(text, copied, matcher.start()).append(kind.placeholder());
        copied = end;
        found.merge(kind, 1, Integer::sum);
      } else {
        from = matcher.start() + 1;
      }
    }
    return copied == 0 ? text : left.append(text, copied, text.length()).toString();
  }

  /** Where the longest prefix ends that is one and ends at a word's end; the start if none does. */
  private static int longest(String text, int start, int end, Predicate<String> isOne) {
    for (int at = end; at > start; at--) {
      boolean wordEnds = at == text.length() || !Character.isLetterOrDigit(text.charAt(at));
      if (wordEnds && isOne.test(text.substring(start, at))) {
        return at;
      }
    }
    return start;
  }

  private String phones(String text, Map<Kind, Integer> found) {
    StringBuilder left = new StringBuilder(text.length());
    int end = 0;
    for (PhoneNumberMatch match :
        PhoneNumberUtil.getInstance()
            .findNumbers(
                text, region.isEmpty() ? "ZZ" : region, Leniency.VALID, MOST_PHONE_TRIES)) {
      left.append(text, end, match.start()).append(Kind.PHONE.placeholder());
      end = match.end();
      found.merge(Kind.PHONE, 1, Integer::sum);
    }
    return end == 0 ? text : left.append(text, end, text.length()).toString();
  }
}
