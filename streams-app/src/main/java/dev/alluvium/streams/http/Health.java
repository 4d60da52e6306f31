package dev.alluvium.streams.http;

/** How a process is. Asked by several threads. */
public interface Health {
  /** Whether it works, or is on its way; if not, it is to be started again. */
  Answer live();

  /** Whether it does its work now. */
  Answer ready();

  /**
   * An answer.
   *
   * @param good true for 200, false for 503
   * @param contentType media type of the body
   * @param body what is the reason when it is not good
   */
  record Answer(boolean good, String contentType, String body) {}
}
