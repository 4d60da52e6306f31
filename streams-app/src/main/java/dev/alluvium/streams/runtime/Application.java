package dev.alluvium.streams.runtime;

import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running topology and its fate. */
public final class Application {
  private static final Logger LOG = LoggerFactory.getLogger(Application.class);

  private final String name;
  private final KafkaStreams streams;
  private final Restoration restoration;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CompletableFuture<Void> running = new CompletableFuture<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final CompletableFuture<Void> failed = new CompletableFuture<>();

  /** Prepares a topology to run; nothing is contacted before {@link #start}. */
  public Application(String name, Topology topology, Properties properties) {
    this.name = name;
    this.streams = new KafkaStreams(topology, properties);
    streams.setUncaughtExceptionHandler(
        new ThreadReplacement(name, Clock.systemUTC(), closing, this::fail));
    streams.setStateListener(this::changed);
    this.restoration = new Restoration(name, Clock.systemUTC());
    streams.setGlobalStateRestoreListener(restoration);
  }

  /** Starts its threads. */
  public void start() {
    streams.start();
  }

  /** Completes when it runs for the first time; fails when it stops before. */
  public CompletableFuture<Void> running() {
    return running;
  }

  /** Completes when it is closed. */
  public CompletableFuture<Void> stopped() {
    return stopped;
  }

  /** Fails with the cause when it gave up; never completes otherwise. */
  public CompletableFuture<Void> failed() {
    return failed;
  }

  /** Whether it runs now, which it does not while partitions move. */
  public boolean isRunning() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  /** The name it runs under. */
  public String name() {
    return name;
  }

  /** The state it is in now. */
  public ApplicationState state() {
    return new ApplicationState(streams.state(), restoration.told());
  }

  /** Its metrics as Kafka Streams counts them, under its name. */
  public MeterBinder meters() {
    return new KafkaStreamsMetrics(streams, List.of(Tag.of("topology", name)));
  }

  /**
   * Stops it and leaves its group: whoever runs on, or it when it starts again, need not wait until
   * it is missed (45 s).
   *
   * @return false when it did not stop in time
   */
  public boolean close(Duration timeout) {
    closing.countDown();
    return streams.close(
        CloseOptions.timeout(timeout)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
  }

  private void fail(Throwable failure) {
    running.completeExceptionally(failure);
    failed.completeExceptionally(failure);
  }

  private void changed(KafkaStreams.State now, KafkaStreams.State before) {
    LOG.info("{} is {} (was {})", name, now, before);
    switch (now) {
      case RUNNING -> running.complete(null);
      case ERROR ->
          fail(new IllegalStateException(name + " stopped after an error; see the log above"));
      case NOT_RUNNING -> {
        running.completeExceptionally(new IllegalStateException(name + " was closed"));
        stopped.complete(null);
      }
      default -> LOG.debug("{} is on its way", name);
    }
  }
}
