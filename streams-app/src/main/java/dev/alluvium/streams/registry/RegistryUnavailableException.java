package dev.alluvium.streams.registry;

/** The schema registry cannot be asked; nothing is wrong with the record, so try again later. */
public final class RegistryUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RegistryUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  RegistryUnavailableException(String message) {
    super(message);
  }
}
