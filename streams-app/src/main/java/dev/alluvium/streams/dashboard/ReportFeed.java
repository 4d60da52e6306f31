package dev.alluvium.streams.dashboard;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.dashboard.history.FeedState;
import dev.alluvium.streams.dashboard.history.FeedState.Phase;
import dev.alluvium.streams.dashboard.history.History;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads reports and versions into the history, on a thread of its own, for as long as it is open. A
 * plain consumer: it joins no group and commits nothing, so every instance reads the same. What
 * cannot be read is counted and passed over; a broker that does not answer is asked again.
 */
final class ReportFeed implements AutoCloseable {
  /** Read at least so many reports back, so that an idle pipeline is not an empty page. */
  static final long LEAST_REPORTS = 20_000;

  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Logger LOG = LoggerFactory.getLogger(ReportFeed.class);

  private final KafkaSettings kafka;
  private final Topic<String, Report> reports;
  private final Topic<String, ModelVersion> models;
  private final Deserializer<Report> reportReader;
  private final Deserializer<ModelVersion> versionReader;
  private final History history;
  private final Duration horizon;
  private final Clock clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private FeedState state;
  private long unreadable;
  private long nextReport = -1;

  /**
   * Starts reading.
   *
   * @param horizon how far back
   */
  ReportFeed(KafkaSettings kafka, Topics topics, History history, Duration horizon, Clock clock) {
    this.kafka = kafka;
    this.reports = topics.reports();
    this.models = topics.models();
    this.reportReader = reports.values().deserializer();
    this.versionReader = models.values().deserializer();
    this.history = history;
    this.horizon = horizon;
    this.clock = clock;
    this.state = FeedState.starting(clock.instant());
    this.thread = new Thread(this::run, "alluvium-dashboard-reports");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (closing.getCount() > 0) {
      try (KafkaConsumer<String, byte[]> consumer = open()) {
        read(consumer);
      } catch (WakeupException | InterruptException e) {
        return; // closing
      } catch (KafkaException e) {
        LOG.warn("reports cannot be read for the dashboard; trying again in {}", PAUSE, e);
        phase(Phase.FAILING, String.valueOf(e.getMessage()), state.behind());
        await();
      }
    }
  }

  private KafkaConsumer<String, byte[]> open() {
    Properties properties = kafka.consumer();
    properties.putIfAbsent(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private void read(KafkaConsumer<String, byte[]> consumer) {
    TopicPartition facts = new TopicPartition(reports.name(), 0);
    TopicPartition versions = new TopicPartition(models.name(), 0);
    consumer.assign(List.of(facts, versions));
    consumer.seekToBeginning(List.of(versions));
    if (nextReport < 0) {
      nextReport = firstReport(consumer, facts);
    }
    consumer.seek(facts, nextReport);
    Instant nextLook = Instant.MIN;
    while (closing.getCount() > 0) {
      consumer.poll(POLL).forEach(this::accept);
      nextReport = consumer.position(facts);
      Instant now = clock.instant();
      if (!now.isBefore(nextLook)) {
        look(consumer, List.of(facts, versions));
        nextLook = now.plus(state.phase() == Phase.LIVE ? BETWEEN_LOOKS : POLL);
      }
    }
  }

  /** Where the horizon begins, or further back when that would be next to nothing. */
  private long firstReport(KafkaConsumer<String, byte[]> consumer, TopicPartition facts) {
    long begin = offset(consumer.beginningOffsets(List.of(facts), PATIENCE), facts);
    long end = offset(consumer.endOffsets(List.of(facts), PATIENCE), facts);
    long since = clock.instant().minus(horizon).toEpochMilli();
    OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(facts, since), PATIENCE).get(facts);
    long first = firstReport(begin, end, found == null ? end : found.offset());
    if (first == 0) {
      history.beginsWithTheFirstReport();
    }
    return first;
  }

  static long firstReport(long begin, long end, long firstInHorizon) {
    return Math.max(begin, Math.min(firstInHorizon, end - LEAST_REPORTS));
  }

  private static long offset(Map<TopicPartition, Long> offsets, TopicPartition partition) {
    return offsets.getOrDefault(partition, 0L);
  }

  /** Asks the broker where the topics end; throws when it does not answer. */
  private void look(KafkaConsumer<String, byte[]> consumer, List<TopicPartition> partitions) {
    long behind = 0;
    for (Map.Entry<TopicPartition, Long> end :
        consumer.endOffsets(partitions, PATIENCE).entrySet()) {
      behind += Math.max(0, end.getValue() - consumer.position(end.getKey()));
    }
    boolean live = behind == 0 || state.phase() == Phase.LIVE;
    phase(live ? Phase.LIVE : Phase.CATCHING_UP, "", behind);
  }

  private void accept(ConsumerRecord<String, byte[]> record) {
    try {
      if (record.topic().equals(reports.name())) {
        Report report = reportReader.deserialize(record.topic(), record.value());
        if (report != null) {
          history.accept(record.timestamp(), report);
        }
      } else {
        ModelVersion version = versionReader.deserialize(record.topic(), record.value());
        if (version != null) {
          history.accept(version);
        }
      }
    } catch (RuntimeException e) {
      unreadable++;
      if (unreadable == 1) {
        LOG.warn(
            "{}-{}@{} cannot be read and is passed over, as further ones will be; counted as"
                + " alluvium_dashboard_unreadable_total",
            record.topic(),
            record.partition(),
            record.offset(),
            e);
      }
    }
  }

  private void phase(Phase phase, String detail, long behind) {
    Instant since =
        phase == state.phase() && !state.since().equals(Instant.EPOCH)
            ? state.since()
            : clock.instant();
    state = new FeedState(phase, detail, behind, unreadable, since);
    history.accept(state);
  }

  private void await() {
    try {
      if (closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("the dashboard is being closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
