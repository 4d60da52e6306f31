package dev.alluvium.cli.model;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.schemas.avro.CloseReason;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.window.WindowDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Writes windows the way the mixer does, one transaction each. */
final class WindowWriter implements AutoCloseable {
  private final Topic<String, WindowRecord> topic;
  private final KafkaProducer<String, WindowRecord> producer;

  WindowWriter(Cluster cluster) {
    topic = cluster.topics().windows();
    Properties settings = cluster.kafka().producer();
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, cluster.topics().id("window-writer"));
    producer =
        new KafkaProducer<>(settings, topic.keys().serializer(), topic.values().serializer());
    producer.initTransactions();
  }

  /** Sums, the same for a given window id; the first window brings four probes. */
  void sums(long windowId, int count) {
    write(windowId, additions(windowId, count));
  }

  /** The examples of such a window. */
  static List<Example> additions(long windowId, int count) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long a = windowId * 7 + i;
      examples.add(
          example(windowId, i, "Add %d and %d.".formatted(a, i), "It is %d.".formatted(a + i)));
    }
    return examples;
  }

  /** A window of given examples. */
  void write(long windowId, List<Example> examples) {
    write(windowId, examples, windowId == 1 ? probes() : List.of());
  }

  /** A window of given examples that brings probes. */
  void write(long windowId, List<Example> examples, List<Probe> probes) {
    WindowOpen open =
        WindowOpen.newBuilder()
            .setWindowId(windowId)
            .setFoldVersion(1)
            .setPolicyDigest("p")
            .setStateDigest("s")
            .setPlanned(Map.of("math", examples.size()))
            .setNewProbes(probes)
            .build();
    WindowClose close =
        WindowClose.newBuilder()
            .setWindowId(windowId)
            .setReason(CloseReason.COUNT)
            .setExamples(examples.size())
            .setPerSkill(Map.of("math", examples.size()))
            .setEstimatedTokens(20L * examples.size())
            .setDigest(WindowDigest.of(examples))
            .setLedgerOffset(windowId)
            .build();
    producer.beginTransaction();
    send(windowId, open);
    examples.forEach(example -> send(windowId, example));
    send(windowId, close);
    producer.commitTransaction();
  }

  /** The order to end the cycle. */
  void flush() {
    control("r", CommandKind.FLUSH, null);
  }

  /** An order to the trainer. */
  void control(String requestId, CommandKind kind, @Nullable String argument) {
    producer.beginTransaction();
    send(0, new Control(requestId, kind, argument));
    producer.commitTransaction();
  }

  static Example example(long windowId, int index, String instruction, String response) {
    return Example.newBuilder()
        .setWindowId(windowId)
        .setIndex(index)
        .setPairId(windowId + "-" + index)
        .setSkill("math")
        .setPrompt(Prompt.newBuilder().setInstruction(instruction).build())
        .setTarget(
            Target.newBuilder()
                .setText(response)
                .setOrigin(Origin.GOLD)
                .setReason("s3ft_off")
                .build())
        .setEstimatedTokens(20)
        .setEventTime(0)
        .setPosition(new SourcePosition("pairs.v1", 0, windowId * 100 + index))
        .build();
  }

  @Override
  public void close() {
    producer.close();
  }

  private void send(long windowId, Object part) {
    producer.send(
        new ProducerRecord<>(topic.name(), Long.toString(windowId), new WindowRecord(part)));
  }

  private static List<Probe> probes() {
    List<Probe> probes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      probes.add(probe(i, "Add 50 and " + i + ".", "It is " + (50 + i) + "."));
    }
    return probes;
  }

  static Probe probe(int number, String instruction, String gold) {
    return Probe.newBuilder()
        .setPairId("probe-" + number)
        .setSkill("math")
        .setGroup("g")
        .setPrompt(Prompt.newBuilder().setInstruction(instruction).build())
        .setGold(gold)
        .setPosition(new SourcePosition("pairs.v1", 0, (long) number))
        .build();
  }
}
