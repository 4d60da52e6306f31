package dev.alluvium.cli.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.testing.RandomLedger;
import dev.alluvium.cli.testing.SharedBroker;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.TopicProvisioner;
import dev.alluvium.streams.config.MixSettings;
import dev.alluvium.streams.config.StreamsSettings;
import dev.alluvium.streams.mix.MixTopology;
import dev.alluvium.streams.runtime.ClientSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.io.FileUtils;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.KafkaStreams;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One ledger gives the same windows, whatever the clients' settings and however often it stops. */
class SameWindowsIT {
  private static final int ENTRIES = Integer.getInteger("entries", 6_000);
  private static final int RESTARTS = Integer.getInteger("restarts", 5);
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TempDir private Path directory;

  private final List<LedgerEntry> ledger = RandomLedger.of(11, ENTRIES);
  private final UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(5);

  @Test
  void pollSizesCommitsCachesAndRestartsChangeNoByte() throws Exception {
    List<WindowRecord> usual = windows("usual", Map.of(), 0);
    assertThat(usual.stream().filter(record -> record.getRecord() instanceof WindowClose).count())
        .isGreaterThan(50);
    assertThat(boosts("usual")).as("skills slip, and recover").hasSizeGreaterThan(3);
    Map<String, String> small =
        Map.of(
            "max.poll.records", "7",
            "commit.interval.ms", "37",
            "statestore.cache.max.bytes", "0");
    assertThat(windows("small", small, 0)).isEqualTo(usual);
    assertThat(windows("restarted", Map.of("max.poll.records", "50"), RESTARTS)).isEqualTo(usual);
  }

  /** The windows that the ledger's first entries make; what the mixer adds to it comes later. */
  private List<WindowRecord> windows(String name, Map<String, String> clients, int restarts)
      throws Exception {
    Cluster cluster = cluster(name);
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    write(cluster);
    Path state = directory.resolve(name);
    for (int i = 0; i < restarts; i++) {
      try (Running mix = new Running(cluster, state, clients)) {
        long before = folded(cluster);
        long more = 1 + random.nextInt(2 * ENTRIES / (restarts + 1));
        mix.await(() -> folded(cluster) >= Math.min(before + more, ledger.size() - 1));
      }
      if (i % 2 == 0) {
        FileUtils.deleteDirectory(state.toFile());
      }
    }
    try (Running mix = new Running(cluster, state, clients)) {
      mix.await(() -> folded(cluster) >= ledger.size());
    }
    return firstWindows(cluster);
  }

  private static Cluster cluster(String name) {
    return Cluster.of(KafkaSettings.at(SharedBroker.bootstrapServers()), "same-windows-" + name);
  }

  /** All that was replayed more at the same time. */
  private static Set<Map<String, Integer>> boosts(String name) {
    Cluster cluster = cluster(name);
    Set<Map<String, Integer>> all = new HashSet<>();
    cluster
        .reader()
        .read(
            cluster.topics().reports(),
            record -> {
              if (record.value().getBody() instanceof MixReport mix) {
                all.add(mix.getBoosts());
              }
            });
    return all;
  }

  private void write(Cluster cluster) {
    Topic<String, LedgerEntry> topic = cluster.topics().ledger();
    try (KafkaProducer<String, LedgerEntry> producer =
        new KafkaProducer<>(
            cluster.kafka().producer(), topic.keys().serializer(), topic.values().serializer())) {
      ledger.forEach(entry -> producer.send(new ProducerRecord<>(topic.name(), "entry", entry)));
    }
  }

  /** Ledger offset of the last entry that was folded and told of. */
  private static long folded(Cluster cluster) {
    AtomicLong last = new AtomicLong(-1);
    cluster
        .reader()
        .read(
            cluster.topics().reports(),
            record -> {
              if (record.value().getBody() instanceof MixReport mix) {
                last.set(mix.getLedgerOffset());
              }
            });
    return last.get();
  }

  private List<WindowRecord> firstWindows(Cluster cluster) {
    List<WindowRecord> windows = new ArrayList<>();
    List<WindowRecord> open = new ArrayList<>();
    cluster
        .reader()
        .read(
            cluster.topics().windows(),
            record -> {
              open.add(record.value());
              if (record.value().getRecord() instanceof WindowClose close) {
                if (close.getLedgerOffset() < ledger.size()) {
                  windows.addAll(open);
                }
                open.clear();
              }
            });
    return windows;
  }

  /** The mixer alone, as the stream processors run it. */
  private static final class Running implements AutoCloseable {
    private final KafkaStreams streams;

    Running(Cluster cluster, Path state, Map<String, String> clients) throws Exception {
      Files.createDirectories(state);
      String id = cluster.topics().id("mix");
      StreamsSettings settings = StreamsSettings.defaults(state.toString());
      Properties properties = ClientSettings.of(id, 1, settings, cluster.kafka());
      properties.putAll(clients);
      MixSettings mix = settings.mix();
      this.streams =
          new KafkaStreams(
              new MixTopology(mix, cluster.topics(), cluster.schemas()).build(), properties);
      streams.start();
    }

    void await(Callable<Boolean> holds) {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> holds.call() || streams.state().hasCompletedShutdown());
      assertThat(streams.state().isRunningOrRebalancing()).isTrue();
    }

    @Override
    public void close() {
      streams.close(new KafkaStreams.CloseOptions().timeout(PATIENCE).leaveGroup(true));
    }
  }
}
