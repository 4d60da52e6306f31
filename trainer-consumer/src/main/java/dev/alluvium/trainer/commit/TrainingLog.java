package dev.alluvium.trainer.commit;

import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.schemas.avro.Promotion;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.trainer.release.KnownVersions;
import dev.alluvium.trainer.release.ModelStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The lease and the one transaction that makes training count.
 *
 * <p>Opening the log takes the lease: the transactional id's epoch rises, whoever held it before
 * can commit no more, and what it had not committed is as if it had never been. Owned by one
 * thread.
 */
public final class TrainingLog implements AutoCloseable {
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

  private final KafkaSettings kafka;
  private final Topics topics;
  private final InstantSource clock;
  private final String transactionalId;
  private final KafkaProducer<byte[], byte[]> producer;
  private @Nullable KnownVersions known;

  /** Takes the lease of the namespace. */
  public TrainingLog(KafkaSettings kafka, Topics topics, InstantSource clock) {
    this.kafka = kafka;
    this.topics = topics;
    this.clock = clock;
    this.transactionalId = topics.id("train");
    Properties settings = kafka.producer();
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    settings.putIfAbsent(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(Topics.MAX_DEAD_LETTER_BYTES));
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
  }

  /** Where training stands, or nothing before the first commit. */
  public Optional<Progress> progress() {
    return progress(kafka, topics);
  }

  /** The same for one who does not hold the lease: it may be another place a moment later. */
  public static Optional<Progress> progress(KafkaSettings kafka, Topics topics) {
    AtomicReference<@Nullable Progress> last = new AtomicReference<>();
    read(kafka, topics.progress(), record -> last.set(record.value()));
    return Optional.ofNullable(last.get());
  }

  /** Every version as it was written last, by name. */
  public SortedMap<String, ModelVersion> versions() {
    return known().byName();
  }

  /** The version that answers by now: of those promoted the one written last. */
  public Optional<String> serving() {
    return known().serving().map(ModelVersion::getVersion);
  }

  /**
   * Read once, after the lease was taken: whoever holds it is the only one who writes versions, and
   * what its own commit wrote may not be readable yet when that returns.
   */
  private KnownVersions known() {
    KnownVersions all = known;
    if (all == null) {
      KnownVersions reading = new KnownVersions();
      read(kafka, topics.models(), record -> reading.add(record.key(), record.value()));
      known = reading;
      all = reading;
    }
    return all;
  }

  /**
   * Makes training count: progress, outcomes, version, reports and dead letters, or none of them.
   *
   * @throws FencedException when another trainer holds the lease by now
   */
  public void commit(Commit commit) {
    try {
      producer.beginTransaction();
      send(topics.progress(), topics.id("train"), commit.progress());
      for (Outcome outcome : commit.outcomes()) {
        send(topics.ledger(), "outcome", new LedgerEntry(outcome));
      }
      for (ModelVersion version : commit.changed()) {
        send(topics.models(), version.getVersion(), version);
      }
      if (commit.version().isPresent()) {
        ModelVersion version = commit.version().get();
        send(topics.models(), version.getVersion(), version);
        if (version.getStatus() == VersionStatus.PROMOTED) {
          send(topics.ledger(), "promotion", new LedgerEntry(promotion(version)));
        }
      }
      for (TrainReport report : commit.reports()) {
        send(topics.reports(), "train", new Report(clock.instant(), report));
      }
      if (commit.answer().isPresent()) {
        send(topics.reports(), "train", new Report(clock.instant(), commit.answer().get()));
      }
      for (DeadLetter letter : commit.deadLetters()) {
        send(topics.deadLetters(), bytes(letter.getKey()), letter);
      }
      producer.commitTransaction();
      KnownVersions versions = known();
      commit.changed().forEach(version -> versions.add(version.getVersion(), version));
      commit.version().ifPresent(version -> versions.add(version.getVersion(), version));
    } catch (KafkaException e) {
      throw isFenced(e) ? new FencedException(transactionalId, e) : e;
    }
  }

  /** What its client measures; for any thread. */
  public Map<MetricName, ? extends Metric> metrics() {
    return producer.metrics();
  }

  @Override
  public void close() {
    producer.close();
  }

  private <K, V> void send(Topic<K, V> topic, @Nullable K key, V value) {
    producer.send(
        new ProducerRecord<>(
            topic.name(),
            topic.keys().serializer().serialize(topic.name(), key),
            topic.values().serializer().serialize(topic.name(), value)));
  }

  private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static boolean isFenced(KafkaException e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof ProducerFencedException || t instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }

  private static Promotion promotion(ModelVersion version) {
    String name = version.getVersion();
    return new Promotion(
        name, ModelStore.number(name), version.getLastWindow(), version.getSlipped());
  }

  private static <V> void read(
      KafkaSettings kafka, Topic<String, V> topic, Consumer<ConsumerRecord<String, V>> each) {
    Properties settings = kafka.consumer();
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    TopicPartition partition = new TopicPartition(topic.name(), 0);
    try (KafkaConsumer<String, V> consumer =
        new KafkaConsumer<>(settings, topic.keys().deserializer(), topic.values().deserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      long deadline = System.nanoTime() + READ_TIMEOUT.toNanos();
      while (consumer.position(partition) < end) {
        if (System.nanoTime() > deadline) {
          throw new KafkaException(
              "%s could not be read to its end (offset %d) within %s"
                  .formatted(topic.name(), end, READ_TIMEOUT));
        }
        consumer.poll(Duration.ofMillis(200)).forEach(each);
      }
    }
  }
}
