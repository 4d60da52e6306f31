package dev.alluvium.streams.config;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Where dashboard, metrics and health are served, and to whom.
 *
 * @param enabled false: nothing is served, and the reports are not read
 * @param host address to listen on; one that others can reach needs a token
 * @param port port to listen on; 0 for any free one
 * @param history how far back the dashboard looks
 * @param tokenFile file that holds the token; empty for none
 * @param tokenVariable environment variable that holds the token; empty for none
 */
public record DashboardSettings(
    boolean enabled,
    String host,
    int port,
    Duration history,
    String tokenFile,
    String tokenVariable) {

  private static final int MAX_PORT = 65_535;
  private static final Duration MIN_HISTORY = Duration.ofHours(1);

  /** As long as reports are kept. */
  private static final Duration MAX_HISTORY = Duration.ofDays(90);

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(?:\\.\\d{1,3}){3}|::1|\\[::1]");

  /** Checks every value. */
  public DashboardSettings {
    Require.notBlank("dashboard.host", host);
    Require.within("dashboard.port", port, 0, MAX_PORT);
    Require.within("dashboard.history", history, MIN_HISTORY, MAX_HISTORY);
    Require.that(
        tokenFile.isEmpty() || tokenVariable.isEmpty(),
        "dashboard.tokenFile and dashboard.tokenVariable are both set: expected one token");
    Require.that(
        !enabled || isLoopback(host) || !(tokenFile.isEmpty() && tokenVariable.isEmpty()),
        "dashboard.host is %s, which others can reach, and there is no token: set dashboard.tokenFile or dashboard.tokenVariable, or leave dashboard.host at localhost"
            .formatted(host));
  }

  /** On localhost, a day back, without a token. */
  public static DashboardSettings defaults() {
    return new DashboardSettings(true, "localhost", 7800, Duration.ofDays(1), "", "");
  }

  /** Whether an address, as written, is this machine only. */
  public static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host).matches();
  }
}
