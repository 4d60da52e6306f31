package dev.alluvium.cli.cluster;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.schemas.client.KafkaSettings;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Finds out soon, and says plainly, when there is no broker to talk to. */
public final class Connection {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Connection() {}

  /**
   * Waits for an answer of the cluster.
   *
   * @return number of brokers
   * @throws CommandFailure when none answers in 10 s
   */
  public static int check(KafkaSettings kafka) {
    Properties properties = kafka.admin();
    properties.putIfAbsent(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(PATIENCE.toMillis()));
    properties.putIfAbsent(
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(PATIENCE.toMillis() / 2));
    try (Admin admin = Admin.create(properties)) {
      return admin.describeCluster().nodes().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).size();
    } catch (ExecutionException | TimeoutException e) {
      throw new CommandFailure(
          "no broker answers at %s: start one with `alluvium broker`, or set kafka.bootstrap.servers"
              .formatted(kafka.bootstrapServers()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted while waiting for the broker", e);
    }
  }
}
