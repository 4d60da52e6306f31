package dev.alluvium.trainer.generate.work;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/** Settings of a share group, which live on the broker and not in its consumers. */
final class ShareGroup {
  private static final long PATIENCE_SECONDS = 30;

  private ShareGroup() {}

  /**
   * Sets what the workers rely on. The defaults would skip requests made before the first worker
   * came, and hand out requests of transactions that are not committed.
   *
   * @param lock how long a record stays with a worker that does not renew
   */
  static void configure(Properties admin, String group, Duration lock) {
    Map<String, String> settings =
        Map.of(
            "share.auto.offset.reset",
            "earliest",
            "share.isolation.level",
            "read_committed",
            "share.record.lock.duration.ms",
            Long.toString(lock.toMillis()),
            "share.delivery.count.limit",
            Integer.toString(Delivery.MOST));
    List<AlterConfigOp> changes =
        settings.entrySet().stream()
            .map(e -> new AlterConfigOp(new ConfigEntry(e.getKey(), e.getValue()), OpType.SET))
            .toList();
    ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
    try (Admin client = Admin.create(admin)) {
      client
          .incrementalAlterConfigs(Map.of(resource, changes))
          .all()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
      throw new IllegalStateException(
          "the share group %s cannot be set up (%s): expected brokers of Kafka 4.2 or newer that allow generate.lock %s; otherwise set generate.source to group"
              .formatted(group, cause, lock),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while setting up the share group " + group, e);
    }
  }
}
