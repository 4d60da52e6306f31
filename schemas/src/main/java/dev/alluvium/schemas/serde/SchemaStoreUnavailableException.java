package dev.alluvium.schemas.serde;

/**
 * {@code schemas.v1} cannot be read now. Nothing is wrong with the record whose schema was asked
 * for, so the reader stops and tries again.
 */
public final class SchemaStoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SchemaStoreUnavailableException(long fingerprint, Throwable cause) {
    super(
        "schema %016x is not bundled, and schemas.v1 cannot be read: %s"
            .formatted(fingerprint, cause.getMessage()),
        cause);
  }
}
