package dev.alluvium.cli.generate;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.config.SettingsLoader;
import dev.alluvium.schemas.client.ClientListener;
import dev.alluvium.trainer.generate.Generation;
import dev.alluvium.trainer.generate.WorkerStats;
import dev.alluvium.trainer.generate.backend.Backend;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** A generation worker in a thread of this JVM. */
final class Worker implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicReference<WorkerStats> stats = new AtomicReference<>();
  private final CompletableFuture<Void> ended;

  /**
   * Starts it.
   *
   * @param backend what answers, or nothing for what the settings say
   */
  Worker(Cluster cluster, Map<String, String> settings, Optional<Supplier<Backend>> backend) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("kafka.bootstrap.servers", cluster.kafka().bootstrapServers());
    AlluviumSettings loaded = new SettingsLoader(Map.of()).load(Optional.empty(), all).settings();
    Generation generation =
        new Generation(
            loaded.generate(),
            loaded.train(),
            loaded.judges(),
            cluster.kafka(),
            cluster.topics(),
            ClientListener.NONE);
    ended =
        CompletableFuture.runAsync(
            () ->
                backend.ifPresentOrElse(
                    made -> generation.run(made, stop::get, stats::set),
                    () -> generation.run(stop::get, stats::set)),
            task -> new Thread(task, "test-worker").start());
  }

  /** What it has done; waits until it has begun. */
  Optional<WorkerStats> stats() {
    if (ended.isCompletedExceptionally()) {
      ended.join();
    }
    return Optional.ofNullable(stats.get());
  }

  @Override
  public void close() throws Exception {
    stop.set(true);
    ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
