package dev.alluvium.cli.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topics;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded broker as any client sees it. */
class EmbeddedBrokerIT {
  private static final String TOPIC = "t";

  @TempDir private Path data;

  @Test
  void takesTheLargestDeadLetterAndKeepsItOverARestart() throws Exception {
    byte[] value = new byte[Topics.MAX_DEAD_LETTER_BYTES - 1024];
    value[value.length - 1] = 42;
    try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
      createTopic(broker);
      send(broker, value);
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
      assertThat(read(broker)).containsExactly(value);
    }
  }

  @Test
  void abortedTransactionsAreInvisible() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
      createTopic(broker);
      Properties properties = new KafkaSettings(client(broker)).producer();
      properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "one");
      try (KafkaProducer<byte[], byte[]> producer = producer(properties)) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, new byte[] {1}));
        producer.abortTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, new byte[] {2}));
        producer.commitTransaction();
      }
      assertThat(read(broker)).containsExactly(new byte[] {2});
    }
  }

  @Test
  void aTakenPortIsSaidPlainly() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> EmbeddedBroker.start(data, taken.getLocalPort()))
          .isInstanceOf(BrokerException.class)
          .hasMessageContaining("port %d on localhost is taken", taken.getLocalPort());
    }
  }

  @Test
  void aDirectoryInUseIsSaidPlainly() {
    try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
      assertThatThrownBy(() -> EmbeddedBroker.start(broker.data(), 0))
          .isInstanceOf(BrokerException.class)
          .hasMessageContaining("another broker works in " + data);
    }
  }

  private static Map<String, String> client(EmbeddedBroker broker) {
    return Map.of(
        "bootstrap.servers", broker.bootstrapServers(),
        "max.request.size", Integer.toString(Topics.MAX_DEAD_LETTER_BYTES),
        "compression.type", "none");
  }

  private static void createTopic(EmbeddedBroker broker) throws Exception {
    try (Admin admin = Admin.create(KafkaSettings.at(broker.bootstrapServers()).admin())) {
      NewTopic topic = new NewTopic(TOPIC, 1, (short) 1);
      admin
          .createTopics(
              List.of(
                  topic.configs(
                      Map.of("max.message.bytes", Integer.toString(Topics.MAX_DEAD_LETTER_BYTES)))))
          .all()
          .get();
    }
  }

  private static void send(EmbeddedBroker broker, byte[] value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        producer(new KafkaSettings(client(broker)).producer())) {
      producer.send(new ProducerRecord<>(TOPIC, value)).get();
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(Properties properties) {
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static List<byte[]> read(EmbeddedBroker broker) {
    List<byte[]> values = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            KafkaSettings.at(broker.bootstrapServers()).consumer(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(TOPIC, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                for (ConsumerRecord<byte[], byte[]> record :
                    consumer.poll(Duration.ofMillis(200))) {
                  values.add(record.value());
                }
                long end = consumer.endOffsets(List.of(partition)).get(partition);
                return end > 0 && consumer.position(partition) >= end;
              });
    }
    return values;
  }
}
