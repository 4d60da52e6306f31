package dev.alluvium.schemas.topic;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.serde.SchemaHistory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Creates the catalogue on a cluster and says where the cluster differs from it. */
public final class TopicProvisioner {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final KafkaSettings kafka;
  private final Topics topics;

  /** A provisioner of one namespace on one cluster. */
  public TopicProvisioner(KafkaSettings kafka, Topics topics) {
    this.kafka = kafka;
    this.topics = topics;
  }

  /**
   * What became of one topic.
   *
   * @param topic full name
   * @param created true when it was not there before
   * @param differences settings in which the cluster differs from the catalogue; left as they are
   */
  public record Provisioned(String topic, boolean created, List<String> differences) {}

  /**
   * Creates what is missing, and publishes the schemas of this build every time: the topic is
   * compacted, so that one of each stays. Several may do this at once; each topic is then created
   * by one of them.
   *
   * @param replicationFactor copies of each partition; empty for the broker's default
   */
  public List<Provisioned> create(Optional<Short> replicationFactor) {
    try (Admin admin = Admin.create(kafka.admin())) {
      List<String> absent = absent(admin, topics.all());
      List<NewTopic> missing = new ArrayList<>();
      for (Topic<?, ?> topic : topics.all()) {
        if (absent.contains(topic.name())) {
          missing.add(
              new NewTopic(topic.name(), Optional.of(topic.partitions()), replicationFactor)
                  .configs(topic.config()));
        }
      }
      Map<String, Boolean> created = new HashMap<>();
      admin
          .createTopics(missing)
          .values()
          .forEach((name, creation) -> created.put(name, isCreated(name, creation)));
      awaitLeaders(admin, missing);
      publishSchemas();
      Map<String, List<String>> differences = differences(admin, topics.all());
      return topics.all().stream()
          .map(
              topic ->
                  new Provisioned(
                      topic.name(),
                      created.getOrDefault(topic.name(), false),
                      differences.getOrDefault(topic.name(), List.of())))
          .toList();
    }
  }

  /**
   * Compares without changing anything.
   *
   * @return differences of each topic that is there, by name; a missing topic is not in the map
   */
  public Map<String, List<String>> inspect() {
    try (Admin admin = Admin.create(kafka.admin())) {
      return differences(admin, present(admin, topics.all()));
    }
  }

  /** Names of catalogue topics that the cluster lacks. */
  public List<String> missing() {
    return missing(topics.all());
  }

  /**
   * Names of those of some catalogue topics that the cluster lacks.
   *
   * @throws TopicAuthorizationException with their names, when the cluster does not let us see them
   */
  public List<String> missing(List<Topic<?, ?>> wanted) {
    try (Admin admin = Admin.create(kafka.admin())) {
      return absent(admin, wanted);
    }
  }

  /**
   * Those of some topics that are there but have a number of partitions the flow cannot work with,
   * and what is expected.
   */
  public List<String> unfit(List<Topic<?, ?>> wanted) {
    try (Admin admin = Admin.create(kafka.admin())) {
      List<Topic<?, ?>> present = present(admin, wanted);
      Map<String, TopicDescription> descriptions = describe(admin, present);
      List<String> unfit = new ArrayList<>();
      for (Topic<?, ?> topic : present) {
        int count = requireNonNull(descriptions.get(topic.name())).partitions().size();
        if (!topics.worksWith(topic, count)) {
          unfit.add(
              "%s has %d partitions: expected %s%d"
                  .formatted(
                      topic.name(),
                      count,
                      count < topic.partitions() ? "at least " : "",
                      topic.partitions()));
        }
      }
      return unfit;
    }
  }

  private static List<Topic<?, ?>> present(Admin admin, List<Topic<?, ?>> wanted) {
    List<String> absent = absent(admin, wanted);
    List<Topic<?, ?>> present = new ArrayList<>(wanted);
    present.removeIf(topic -> absent.contains(topic.name()));
    return present;
  }

  /**
   * Asks for each topic by its name: a list of all topics leaves out those that we may not see, as
   * if they were not there.
   */
  private static List<String> absent(Admin admin, List<Topic<?, ?>> wanted) {
    List<String> absent = new ArrayList<>();
    Set<String> unseen = new TreeSet<>();
    admin
        .describeTopics(wanted.stream().<String>map(Topic::name).toList())
        .topicNameValues()
        .forEach(
            (name, description) -> {
              try {
                get(description);
              } catch (KafkaException e) {
                Throwable why = refusal(e);
                if (why instanceof TopicAuthorizationException) {
                  unseen.add(name);
                } else if (why instanceof UnknownTopicOrPartitionException) {
                  absent.add(name);
                } else {
                  throw e;
                }
              }
            });
    if (!unseen.isEmpty()) {
      throw new TopicAuthorizationException("not authorized to see topics " + unseen, unseen);
    }
    return absent;
  }

  /** A broker that has not heard of a topic yet is asked again. */
  private static Map<String, TopicDescription> describe(Admin admin, List<Topic<?, ?>> topics) {
    List<String> names = topics.stream().<String>map(Topic::name).toList();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return get(admin.describeTopics(names).allTopicNames());
      } catch (KafkaException e) {
        if (!(refusal(e) instanceof RetriableException) || System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** False when somebody else was quicker. */
  private static boolean isCreated(String topic, Future<Void> creation) {
    try {
      get(creation);
      return true;
    } catch (KafkaException e) {
      if (refusal(e) instanceof TopicExistsException) {
        return false;
      }
      throw named(topic, "create", e);
    }
  }

  /** Kafka does not always say which topic it refused. */
  private static KafkaException named(String topic, String what, KafkaException e) {
    return refusal(e) instanceof TopicAuthorizationException
        ? new TopicAuthorizationException(
            "not authorized to %s topic %s".formatted(what, topic), Set.of(topic))
        : e;
  }

  private static Config config(String topic, Future<Config> config) {
    try {
      return get(config);
    } catch (KafkaException e) {
      throw named(topic, "see the settings of", e);
    }
  }

  /**
   * Waits until every partition's leader answers. Right after creation a broker may refuse a
   * producer's first batch and take its second; the idempotent producer then never gets the first
   * one in (out of order sequence) and waits until its delivery timeout.
   */
  private static void awaitLeaders(Admin admin, List<NewTopic> created) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (NewTopic topic : created) {
      for (int partition = 0; partition < topic.numPartitions(); partition++) {
        ends.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
      }
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!answers(admin, ends)) {
      if (System.nanoTime() > deadline) {
        throw new KafkaException(
            "the topics are created but their partitions do not answer after %s: look at the brokers' logs"
                .formatted(PATIENCE));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private static boolean answers(Admin admin, Map<TopicPartition, OffsetSpec> ends) {
    try {
      get(admin.listOffsets(ends).all());
      return true;
    } catch (KafkaException e) {
      if (refusal(e) instanceof RetriableException) {
        return false;
      }
      throw e;
    }
  }

  private static Map<String, List<String>> differences(Admin admin, List<Topic<?, ?>> present) {
    Map<String, TopicDescription> descriptions = describe(admin, present);
    List<ConfigResource> resources =
        present.stream()
            .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))
            .toList();
    Map<ConfigResource, KafkaFuture<Config>> configs = admin.describeConfigs(resources).values();
    Map<String, List<String>> differences = new HashMap<>();
    for (Topic<?, ?> topic : present) {
      TopicDescription description = requireNonNull(descriptions.get(topic.name()));
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
      Config config = config(topic.name(), requireNonNull(configs.get(resource)));
      differences.put(topic.name(), differences(topic, description, config));
    }
    return differences;
  }

  private static List<String> differences(
      Topic<?, ?> topic, TopicDescription description, Config config) {
    List<String> found = new ArrayList<>();
    int partitions = description.partitions().size();
    if (partitions != topic.partitions()) {
      found.add("partitions is %d, catalogue says %d".formatted(partitions, topic.partitions()));
    }
    topic
        .config()
        .forEach(
            (key, wanted) -> {
              ConfigEntry entry = config.get(key);
              String actual = entry == null ? "unset" : entry.value();
              if (!wanted.equals(actual)) {
                found.add("%s is %s, catalogue says %s".formatted(key, actual, wanted));
              }
            });
    return List.copyOf(found);
  }

  /**
   * One batch at a time: where another has just created the topic, nobody has waited here for its
   * leader, see {@link #awaitLeaders}.
   */
  private void publishSchemas() {
    Topic<String, String> schemas = topics.schemas();
    Properties settings = kafka.producer();
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, schemas.keys().serializer(), schemas.values().serializer())) {
      List<Future<?>> sent = new ArrayList<>();
      for (Schema schema : SchemaHistory.all()) {
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    schemas.name(), SchemaHistory.fingerprint(schema), schema.toString())));
      }
      producer.flush();
      sent.forEach(TopicProvisioner::get);
    }
  }

  /** What the cluster said, below what {@link #get} says about it. */
  private static @Nullable Throwable refusal(KafkaException e) {
    return e.getCause() == null ? e : e.getCause().getCause();
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while talking to the cluster", e);
    } catch (ExecutionException e) {
      throw new KafkaException("the cluster refused: " + e.getMessage(), e);
    }
  }
}
