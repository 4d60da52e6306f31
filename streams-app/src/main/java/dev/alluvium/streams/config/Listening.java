package dev.alluvium.streams.config;

import java.util.regex.Pattern;

/**
 * Where a process listens for HTTP, and the place of the token that lets others in.
 *
 * @param key what the keys of these settings begin with, such as {@code dashboard}
 * @param host address to listen on
 * @param port port to listen on, 0 to 65535
 * @param tokenFile file that holds the token; empty for none
 * @param tokenVariable environment variable that holds the token; empty for none
 */
public record Listening(String key, String host, int port, String tokenFile, String tokenVariable) {
  private static final int MAX_PORT = 65_535;

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(?:\\.\\d{1,3}){3}|::1|\\[::1]");

  /** Checks every value. */
  public Listening {
    Require.notBlank(key + ".host", host);
    Require.within(key + ".port", port, 0, MAX_PORT);
    Require.that(
        tokenFile.isEmpty() || tokenVariable.isEmpty(),
        "%1$s.tokenFile and %1$s.tokenVariable are both set: expected one token".formatted(key));
  }

  /**
   * Refuses an address that others can reach where there is no token.
   *
   * @throws IllegalArgumentException which says what to set
   */
  public void requireTokenForOthers() {
    Require.that(
        isLoopback(host) || !(tokenFile.isEmpty() && tokenVariable.isEmpty()),
        "%1$s.host is %2$s, which others can reach, and there is no token: set %1$s.tokenFile or %1$s.tokenVariable, or leave %1$s.host at localhost"
            .formatted(key, host));
  }

  /** Whether an address, as written, is this machine only. */
  public static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host).matches();
  }
}
