package dev.alluvium.cli.publish;

import java.util.List;

/**
 * What came of a round.
 *
 * @param version what shall answer: a version, or {@code base}
 * @param model name it is or will be served under; empty when that is not known
 * @param servers how far each server is
 * @param switched whether this round made it answer
 * @param answers whether it answers
 * @param error why it cannot be served anywhere; empty when it can
 */
record PublishReport(
    String version,
    String model,
    List<ServerReport> servers,
    boolean switched,
    boolean answers,
    String error) {
  /** Takes a copy of the list. */
  PublishReport {
    servers = List.copyOf(servers);
  }

  PublishReport withSwitched(boolean ever) {
    return new PublishReport(version, model, servers, ever, answers, error);
  }
}
