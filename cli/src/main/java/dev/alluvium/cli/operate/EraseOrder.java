package dev.alluvium.cli.operate;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.LedgerRequest;
import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import java.time.Duration;
import java.util.UUID;

/** The order to erase a pair: it goes through the ledger to the mixer, which answers. */
final class EraseOrder {
  private EraseOrder() {}

  /**
   * Gives the order.
   *
   * @return how much of the pair left each place
   * @throws dev.alluvium.cli.command.CommandFailure when nobody answers in time
   */
  static Answer give(Cluster cluster, String pair, Duration patience) {
    String id = UUID.randomUUID().toString();
    return new LedgerRequest(
            id,
            "command",
            new Command(id, CommandKind.ERASE, pair),
            "the order",
            "is `alluvium streams` running, and is it up to date with the ledger? The order is in the ledger and is carried out when the mixer reads it")
        .ask(cluster, patience);
  }
}
