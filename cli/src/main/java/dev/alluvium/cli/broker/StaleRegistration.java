package dev.alluvium.cli.broker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.utils.Time;

/**
 * The registration that a killed broker leaves behind. While it stands, the restarted broker
 * coordinates transactions as the leader it was, cannot reach itself to write their ends, and when
 * the registration expires takes partitions without a leader for deleted ones: the transaction
 * counts as ended, its records do not, and the producer's next transaction takes them along. So the
 * controller alone goes first and removes the registration; the broker then leads only after it has
 * registered anew.
 */
final class StaleRegistration {
  /** Written by a broker that was stopped, and taken away by one that starts. */
  private static final String CLEAN = ".kafka_cleanshutdown";

  private static final int PATIENCE_SECONDS = 30;
  private static final int PAUSE_MILLIS = 100;

  private StaleRegistration() {}

  /** Whether a broker ran in the directory, or began to, and was not stopped. */
  static boolean isIn(Path data) {
    return Files.exists(data.resolve("meta.properties")) && !Files.exists(data.resolve(CLEAN));
  }

  /**
   * Removes it, if there is one: the broker may have been killed before it had registered.
   *
   * @throws BrokerException when the controller does not answer
   */
  static void remove(Path data, int controllerPort) {
    KafkaRaftServer controller =
        new KafkaRaftServer(
            KafkaConfig.fromProps(BrokerProperties.controller(data, controllerPort), false),
            Time.SYSTEM);
    try {
      controller.startup();
      unregister("localhost:" + controllerPort);
    } finally {
      controller.shutdown();
      controller.awaitShutdown();
    }
  }

  private static void unregister(String controllers) {
    Instant deadline = Instant.now().plusSeconds(PATIENCE_SECONDS);
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_CONTROLLERS_CONFIG, controllers))) {
      while (!unregister(admin, deadline)) {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    } catch (ExecutionException e) {
      throw failed(String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      throw failed("its controller did not answer in %d s".formatted(PATIENCE_SECONDS), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("interrupted", e);
    }
  }

  /** False when the controller has not read its log yet and does not know what it can do. */
  private static boolean unregister(Admin admin, Instant deadline)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      admin
          .unregisterBroker(BrokerProperties.NODE_ID)
          .all()
          .get(Duration.between(Instant.now(), deadline).toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnsupportedVersionException && Instant.now().isBefore(deadline)) {
        return false;
      }
      if (e.getCause() instanceof BrokerIdNotRegisteredException) {
        return true;
      }
      throw e;
    }
  }

  private static BrokerException failed(String why, Exception e) {
    return new BrokerException(
        "the registration of the broker that was killed there could not be removed: %s. Start it again, or with another --data"
            .formatted(why),
        e);
  }
}
