package dev.alluvium.cli.demo;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.topic.Topic;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The order that empties the pools and ends the cycle. */
final class Flush {
  private Flush() {}

  /** Writes the order into the ledger and gives its request id. */
  static String send(Cluster cluster) {
    String requestId = UUID.randomUUID().toString();
    Topic<String, LedgerEntry> ledger = cluster.topics().ledger();
    try (KafkaProducer<String, LedgerEntry> producer =
        new KafkaProducer<>(
            cluster.kafka().producer(), ledger.keys().serializer(), ledger.values().serializer())) {
      Command command = new Command(requestId, CommandKind.FLUSH, null);
      producer.send(new ProducerRecord<>(ledger.name(), "command", new LedgerEntry(command))).get();
      return requestId;
    } catch (ExecutionException e) {
      throw new CommandFailure("the flush cannot be ordered", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted while ordering the flush", e);
    }
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
