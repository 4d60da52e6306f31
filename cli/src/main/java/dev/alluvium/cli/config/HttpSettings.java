package dev.alluvium.cli.config;

import dev.alluvium.streams.config.Listening;
import java.time.Duration;
import java.util.Optional;

/**
 * Where {@code train}, {@code generate} and {@code publish} serve health and metrics, and to whom.
 *
 * @param host address to listen on; one that others can reach needs a token
 * @param port port to listen on; 0: nothing is served
 * @param tokenFile file that holds the token; empty for none
 * @param tokenVariable environment variable that holds the token; empty for none
 * @param stalledAfter a process that has not moved for so long is not alive
 */
public record HttpSettings(
    String host, int port, String tokenFile, String tokenVariable, Duration stalledAfter) {
  private static final String KEY = "http";
  private static final Duration LEAST = Duration.ofSeconds(1);

  /** Checks every value. */
  public HttpSettings {
    Listening listening = new Listening(KEY, host, port, tokenFile, tokenVariable);
    if (port != 0) {
      listening.requireTokenForOthers();
    }
    if (stalledAfter.compareTo(LEAST) < 0) {
      throw new IllegalArgumentException(
          "http.stalledAfter is %s: expected 1s or more".formatted(stalledAfter));
    }
  }

  /** Where to listen, and for whom; nothing where nothing is served. */
  public Optional<Listening> listening() {
    return port == 0
        ? Optional.empty()
        : Optional.of(new Listening(KEY, host, port, tokenFile, tokenVariable));
  }
}
