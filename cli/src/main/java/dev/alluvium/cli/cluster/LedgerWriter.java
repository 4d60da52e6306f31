package dev.alluvium.cli.cluster;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.topic.Topic;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes what people order into the ledger. */
public final class LedgerWriter {
  private LedgerWriter() {}

  /**
   * Writes one entry and waits until the broker has it.
   *
   * @param kind its key
   * @param what for a person, should it fail
   */
  public static void write(Cluster cluster, String kind, SpecificRecord entry, String what) {
    Topic<String, LedgerEntry> ledger = cluster.topics().ledger();
    try (KafkaProducer<String, LedgerEntry> producer =
        new KafkaProducer<>(
            cluster.kafka().producer(), ledger.keys().serializer(), ledger.values().serializer())) {
      producer.send(new ProducerRecord<>(ledger.name(), kind, new LedgerEntry(entry))).get();
    } catch (ExecutionException e) {
      throw new CommandFailure(what + " cannot be written into the ledger", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted while writing " + what, e);
    }
  }
}
