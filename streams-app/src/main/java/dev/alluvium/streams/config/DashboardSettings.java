package dev.alluvium.streams.config;

import java.time.Duration;

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

  private static final String KEY = "dashboard";
  private static final Duration MIN_HISTORY = Duration.ofHours(1);

  /** As long as reports are kept. */
  private static final Duration MAX_HISTORY = Duration.ofDays(90);

  /** Checks every value. */
  public DashboardSettings {
    Listening listening = new Listening(KEY, host, port, tokenFile, tokenVariable);
    Require.within("dashboard.history", history, MIN_HISTORY, MAX_HISTORY);
    if (enabled) {
      listening.requireTokenForOthers();
    }
  }

  /** On localhost, a day back, without a token. */
  public static DashboardSettings defaults() {
    return new DashboardSettings(true, "localhost", 7800, Duration.ofDays(1), "", "");
  }

  /** Where to listen, and for whom. */
  public Listening listening() {
    return new Listening(KEY, host, port, tokenFile, tokenVariable);
  }
}
