package dev.alluvium.streams.redact;

import java.util.Locale;

/** Kinds of personal data that can be told from other text by rule. */
public enum Kind {
  /** An e-mail address. */
  EMAIL,
  /** An international bank account number whose country, length and checksum are right. */
  IBAN,
  /** A number of a payment card whose brand, length and checksum are right. */
  CARD,
  /** A telephone number that its country's plan has room for. */
  PHONE;

  /** What stands in its place, such as {@code [email]}. */
  public String placeholder() {
    return "[" + label() + "]";
  }

  /** Its name in settings and reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
