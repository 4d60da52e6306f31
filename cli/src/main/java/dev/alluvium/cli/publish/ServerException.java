package dev.alluvium.cli.publish;

import org.jspecify.annotations.Nullable;

/** A server did not do what it was asked. */
final class ServerException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean away;

  private ServerException(boolean away, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.away = away;
  }

  /** It cannot be reached, or is not well: whatever it was asked, it may do later. */
  static ServerException away(String message, @Nullable Throwable cause) {
    return new ServerException(true, message, cause);
  }

  /** It cannot be reached, or is not well: whatever it was asked, it may do later. */
  static ServerException away(String message) {
    return away(message, null);
  }

  /** It answered that it would not do this. */
  static ServerException refused(String message) {
    return new ServerException(false, message, null);
  }

  /** Whether it said nothing about what it was asked. */
  boolean isAway() {
    return away;
  }

  /** What happened, for people. */
  String text() {
    return String.valueOf(getMessage());
  }
}
