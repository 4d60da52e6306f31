package dev.alluvium.cli.demo;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.LedgerWriter;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import java.util.UUID;

/** The order that empties the pools and ends the cycle. */
final class Flush {
  private Flush() {}

  /** Writes the order into the ledger and gives its request id. */
  static String send(Cluster cluster) {
    String requestId = UUID.randomUUID().toString();
    Command command = new Command(requestId, CommandKind.FLUSH, null);
    LedgerWriter.write(cluster, "command", command, "the flush");
    return requestId;
  }

  /** True when the order is carried out and every window has its outcome. */
  static boolean isDone(FlowState state, String requestId) {
    return state
        .mix()
        .filter(report -> requestId.equals(report.getFlushed()))
        .filter(report -> report.getLastOutcome() == report.getLastWindow())
        .isPresent();
  }
}
