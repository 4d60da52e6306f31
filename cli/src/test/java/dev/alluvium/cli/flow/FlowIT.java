package dev.alluvium.cli.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.SharedBroker;
import dev.alluvium.judges.JudgeSettings;
import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.TopicProvisioner;
import dev.alluvium.streams.StreamsApp;
import dev.alluvium.streams.config.CurateSettings;
import dev.alluvium.streams.config.MixSettings;
import dev.alluvium.streams.config.S3ftSettings;
import dev.alluvium.streams.config.StreamsSettings;
import dev.alluvium.streams.config.WatchSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad inputs among good ones, through a real broker and both topologies. */
class FlowIT {
  private static final int EACH = 500;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path directory;

  @Test
  void everyBadInputIsReportedAndEveryGoodOneReachesAWindow() throws Exception {
    Cluster cluster = Cluster.of(KafkaSettings.at(SharedBroker.bootstrapServers()), "bad-inputs");
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    Path file = directory.resolve("pairs.jsonl");
    List<String> lines = new ArrayList<>();
    TreeSet<String> expected = new TreeSet<>();
    for (int i = 0; i < EACH; i++) {
      lines.add(BadInputs.json(BadInputs.pair("file-" + i)));
      lines.add(BadInputs.badLine(i));
      expected.add("file-" + i);
      expected.add("raw-" + i);
    }
    Files.write(file, lines);

    try (StreamsApp app =
        new StreamsApp(settings(), cluster.kafka(), cluster.topics(), cluster.schemas())) {
      app.start();
      Cli.Result produced =
          Cli.run(
              "produce",
              file.toString(),
              "--json",
              "--set",
              "namespace=bad-inputs",
              "--set",
              "kafka.bootstrap.servers=" + SharedBroker.bootstrapServers());
      sendRaw(cluster);

      assertThat(produced.exitCode()).isZero();
      assertThat(produced.json().get("produced").asInt()).isEqualTo(EACH);
      assertThat(produced.json().get("malformed").asInt()).isEqualTo(EACH);
      assertThat(produced.err().lines().filter(line -> line.contains("pairs.jsonl:")))
          .hasSize(EACH);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(app.isRunning()).isTrue();
                assertThat(trained(cluster)).hasSize(2 * EACH);
              });
    }

    assertThat(new TreeSet<>(trained(cluster))).isEqualTo(expected);
    List<DeadLetter> letters = values(cluster, cluster.topics().deadLetters());
    assertThat(letters).hasSize(EACH);
    assertThat(letters)
        .allSatisfy(
            letter -> {
              assertThat(letter.getReason()).isNotBlank();
              assertThat(letter.getDetail()).isNotBlank();
              assertThat(letter.getSource().getTopic()).isEqualTo("bad-inputs.pairs.v1");
            });
    assertThat(letters)
        .extracting(DeadLetter::getReason)
        .contains(
            "unknown_encoding",
            "oversized",
            "not_utf8",
            "bad_json",
            "bad_avro",
            "unknown_schema",
            "no_instruction",
            "no_response",
            "bad_character",
            "bad_skill");
  }

  /** No hold-out, no waiting for outcomes: every good pair must come out in a window. */
  private StreamsSettings settings() {
    CurateSettings curate =
        new CurateSettings(0, 100_000, 100_000, Map.of(), "general", "", "", "");
    Policy rules =
        Policy.newBuilder(MixSettings.defaults().rules())
            .setWeights(Map.of("math", 1))
            .setWindowExamples(100)
            .setWindowTokens(1_000_000)
            .setWindowMillis(2_000)
            .setMinFill(1)
            .setMaxCarry(10)
            .setPoolExamples(100_000)
            .setPoolMillis(Duration.ofHours(1).toMillis())
            .setProbesPerSkill(10)
            .setMaxAhead(64)
            .build();
    MixSettings mix = MixSettings.of(Duration.ofMillis(200), rules);
    return new StreamsSettings(
        directory.resolve("state").toString(),
        1,
        Duration.ofMillis(100),
        0,
        1,
        curate,
        S3ftSettings.off(),
        JudgeSettings.DEFAULT,
        mix,
        WatchSettings.defaults());
  }

  private static void sendRaw(Cluster cluster) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(11);
    Properties settings = cluster.kafka().producer();
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, "2000000");
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      String topic = cluster.topics().pairs().name();
      for (int i = 0; i < EACH; i++) {
        producer.send(new ProducerRecord<>(topic, BadInputs.good(i)));
        producer.send(new ProducerRecord<>(topic, BadInputs.bad(i, random)));
      }
      producer.flush();
    }
  }

  private static List<String> trained(Cluster cluster) {
    return values(cluster, cluster.topics().windows()).stream()
        .map(record -> record.getRecord())
        .filter(Example.class::isInstance)
        .map(example -> ((Example) example).getPairId())
        .toList();
  }

  private static <K, V> List<V> values(Cluster cluster, Topic<K, V> topic) {
    List<V> values = new ArrayList<>();
    cluster.reader().read(topic, record -> values.add(record.value()));
    return values;
  }
}
