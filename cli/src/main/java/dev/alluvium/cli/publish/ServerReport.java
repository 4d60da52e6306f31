package dev.alluvium.cli.publish;

import java.util.List;

/**
 * How far a server is.
 *
 * @param url where it is
 * @param loaded names of our versions that it lists
 * @param state whether it serves what shall answer
 * @param error why it does not; empty when it does
 */
record ServerReport(String url, List<String> loaded, State state, String error) {
  /** Takes a copy of the list. */
  ServerReport {
    loaded = List.copyOf(loaded);
  }

  /** How far a server can be. */
  enum State {
    /** It lists what shall answer, and it was proven. */
    SERVING,
    /** It cannot be reached; tried again. */
    AWAY,
    /** It would not load it, or it was not proven; tried again. */
    FAILED,
    /** The same, too often: not tried again until another version is to answer. */
    GIVEN_UP,
    /** It was asked for nothing: what shall answer is not fit for servers. */
    NOT_ASKED
  }
}
