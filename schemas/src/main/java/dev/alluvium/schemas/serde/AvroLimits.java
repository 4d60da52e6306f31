package dev.alluvium.schemas.serde;

import org.apache.avro.util.ClassSecurityValidator;

/**
 * What Avro may do with bytes from outside: create our own record classes only, and no text or list
 * longer than the largest record. Everything that decodes calls {@link #apply} first.
 */
public final class AvroLimits {
  /** Twice the largest message of the catalogue. */
  private static final String MAX_LENGTH = Integer.toString(8 * 1024 * 1024);

  private static final String RECORDS = "dev.alluvium.schemas.avro";

  private AvroLimits() {}

  /** Sets the limits; a user's own setting of a property stands. */
  public static void apply() {
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.DEFAULT, type -> type.getPackageName().equals(RECORDS)));
    limit("org.apache.avro.limits.bytes.maxLength", MAX_LENGTH);
    limit("org.apache.avro.limits.string.maxLength", MAX_LENGTH);
    limit("org.apache.avro.limits.collectionItems.maxLength", MAX_LENGTH);
  }

  private static void limit(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
