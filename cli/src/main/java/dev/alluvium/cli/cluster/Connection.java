package dev.alluvium.cli.cluster;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.config.ProviderReferences;
import dev.alluvium.schemas.access.AccessRights;
import dev.alluvium.schemas.access.Role;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.TopicProvisioner;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.errors.AuthenticationException;

/** Finds out soon, and says plainly, when there is no broker to talk to. */
public final class Connection {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration TOPICS_PATIENCE = Duration.ofMinutes(1);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  private Connection() {}

  /**
   * Waits for an answer of the cluster.
   *
   * @return number of brokers
   * @throws CommandFailure when none answers in 10 s, or does not accept who we are
   * @throws dev.alluvium.cli.config.SettingsException when a config provider does not know a value
   */
  public static int check(KafkaSettings kafka) {
    ProviderReferences.check(kafka);
    Properties properties = kafka.admin();
    properties.putIfAbsent(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(PATIENCE.toMillis()));
    properties.putIfAbsent(
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(PATIENCE.toMillis() / 2));
    try (Admin admin = Admin.create(properties)) {
      return admin.describeCluster().nodes().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).size();
    } catch (ExecutionException | TimeoutException e) {
      if (isRefused(e)) {
        throw new CommandFailure(
            "the broker at %s does not accept who we are: correct kafka.security.protocol and the keys under kafka.sasl and kafka.ssl"
                .formatted(kafka.bootstrapServers()),
            e);
      }
      throw new CommandFailure(
          "no broker answers at %s: start one with `alluvium broker`, or set kafka.bootstrap.servers"
              .formatted(kafka.bootstrapServers()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted while waiting for the broker", e);
    }
  }

  /** Whether a broker answered and did not accept who we are. */
  public static boolean isRefused(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuthenticationException) {
        return true;
      }
    }
    return false;
  }

  /**
   * Waits until the topics that a process works with are there, so that services can be started in
   * any order.
   *
   * @param roles what the process does
   * @param tellWaiting told once, when there is something to wait for
   * @param stop ends the waiting early
   * @throws CommandFailure when topics are still missing after a minute, or have a number of
   *     partitions the flow cannot work with
   */
  public static void awaitTopics(
      Cluster cluster, Set<Role> roles, Consumer<String> tellWaiting, BooleanSupplier stop) {
    TopicProvisioner provisioner = new TopicProvisioner(cluster.kafka(), cluster.topics());
    List<Topic<?, ?>> needed = AccessRights.in(cluster.topics()).topicsOf(roles);
    long start = System.nanoTime();
    List<String> missing = provisioner.missing(needed);
    if (!missing.isEmpty()) {
      tellWaiting.accept("waiting for topics: run `alluvium topics create`");
    }
    while (!missing.isEmpty() && !stop.getAsBoolean()) {
      if (System.nanoTime() - start > TOPICS_PATIENCE.toNanos()
          || Thread.currentThread().isInterrupted()) {
        throw new CommandFailure(
            "the topics %s are not there: run `alluvium topics create`".formatted(missing));
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
      missing = provisioner.missing(needed);
    }
    List<String> unfit = stop.getAsBoolean() ? List.of() : provisioner.unfit(needed);
    if (!unfit.isEmpty()) {
      throw new CommandFailure(
          "%s: delete the topic and run `alluvium topics create`"
              .formatted(String.join("; ", unfit)));
    }
  }
}
