package dev.alluvium.cli.bench.streams;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.schemas.client.KafkaSettings;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.common.Node;

/** Asks the broker how many bytes its logs hold, its own topics included. */
final class BrokerBytes {
  private final KafkaSettings kafka;

  BrokerBytes(KafkaSettings kafka) {
    this.kafka = kafka;
  }

  /** Bytes of all logs now. */
  long now() {
    try (Admin admin = Admin.create(kafka.admin())) {
      List<Integer> brokers = admin.describeCluster().nodes().get().stream().map(Node::id).toList();
      return admin.describeLogDirs(brokers).allDescriptions().get().values().stream()
          .flatMap(directories -> directories.values().stream())
          .map(LogDirDescription::replicaInfos)
          .flatMap(replicas -> replicas.values().stream())
          .mapToLong(ReplicaInfo::size)
          .sum();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted while asking for the size of the logs", e);
    } catch (ExecutionException e) {
      throw new CommandFailure("the broker does not tell the size of its logs", e);
    }
  }
}
