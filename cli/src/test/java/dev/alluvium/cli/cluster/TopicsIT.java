package dev.alluvium.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.SharedBroker;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.TopicProvisioner;
import dev.alluvium.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

/** The catalogue on a real broker. */
class TopicsIT {
  private static final String SERVERS =
      "kafka.bootstrap.servers=" + SharedBroker.bootstrapServers();

  private static final int AT_ONCE = 4;

  @Test
  void creatingTwiceChangesNothingTheSecondTime() {
    Cli.Result first = topics("create", "twice");
    Cli.Result second = topics("create", "twice");

    assertThat(first.exitCode()).isEqualTo(ExitCodes.DONE);
    assertThat(second.exitCode()).isEqualTo(ExitCodes.DONE);
    int catalogue = new Topics("twice", SchemaHistory.store()).all().size();
    assertThat(first.json().get("topics"))
        .hasSize(catalogue)
        .allMatch(topic -> topic.get("created").asBoolean())
        .allMatch(topic -> topic.get("differences").isEmpty());
    assertThat(second.json().get("topics"))
        .hasSize(catalogue)
        .noneMatch(topic -> topic.get("created").asBoolean())
        .allMatch(topic -> topic.get("differences").isEmpty());
  }

  @Test
  void ofSeveralThatCreateAtOnceOneCreatesEachTopic() throws Exception {
    Cluster cluster = Cluster.of(KafkaSettings.at(SharedBroker.bootstrapServers()), "at-once");
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      Callable<List<TopicProvisioner.Provisioned>> create =
          () ->
              new TopicProvisioner(cluster.kafka(), cluster.topics())
                  .create(Optional.of((short) 1));
      List<String> created = new ArrayList<>();
      for (Future<List<TopicProvisioner.Provisioned>> one :
          threads.invokeAll(Collections.nCopies(AT_ONCE, create))) {
        for (TopicProvisioner.Provisioned topic : one.get()) {
          if (topic.created()) {
            created.add(topic.topic());
          }
        }
      }

      assertThat(created)
          .containsExactlyInAnyOrderElementsOf(
              cluster.topics().all().stream().<String>map(Topic::name).toList());
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void everySchemaOfThisBuildIsPublished() {
    topics("create", "schemas");
    KafkaSettings kafka = KafkaSettings.at(SharedBroker.bootstrapServers());
    Cluster cluster = Cluster.of(kafka, "schemas");
    List<String> fingerprints = new ArrayList<>();

    cluster.reader().read(cluster.topics().schemas(), record -> fingerprints.add(record.key()));

    assertThat(fingerprints)
        .containsExactlyInAnyOrderElementsOf(
            SchemaHistory.all().stream().map(SchemaHistory::fingerprint).toList());
  }

  @Test
  void whatDiffersFromTheCatalogueIsNamedByCreateAndDoctor() throws Exception {
    topics("create", "differs");
    try (Admin admin = Admin.create(KafkaSettings.at(SharedBroker.bootstrapServers()).admin())) {
      admin.createPartitions(Map.of("differs.models.v1", NewPartitions.increaseTo(2))).all().get();
    }
    Cli.Result again = topics("create", "differs");
    Cli.Result doctor = Cli.run("doctor", "--json", "--set", SERVERS, "--set", "namespace=differs");

    assertThat(again.json().get("topics"))
        .filteredOn(topic -> !topic.get("differences").isEmpty())
        .singleElement()
        .satisfies(
            topic ->
                assertThat(topic.get("differences").get(0).asText())
                    .isEqualTo("partitions is 2, catalogue says 1"));
    assertThat(check(doctor.json(), "topics").get("found").asText())
        .isEqualTo("differs.models.v1: partitions is 2, catalogue says 1");
    assertThat(check(doctor.json(), "broker").get("ok").asBoolean()).isTrue();
  }

  @Test
  void aServiceDoesNotBeginWithPartitionsItCannotWorkWith() throws Exception {
    try (Admin admin = Admin.create(KafkaSettings.at(SharedBroker.bootstrapServers()).admin())) {
      Optional<Short> copies = Optional.of((short) 1);
      admin
          .createTopics(
              List.of(
                  new NewTopic("unfit.ledger.v1", Optional.of(2), copies),
                  new NewTopic("unfit.generation.results.v1", Optional.of(2), copies),
                  new NewTopic("unfit.pairs.v1", Optional.of(2), copies)))
          .all()
          .get();
    }
    topics("create", "unfit");
    String results = "unfit.generation.results.v1 has 2 partitions: expected at least 6";
    String ledger = "unfit.ledger.v1 has 2 partitions: expected 1";
    // Each looks at the topics that it works with.
    Map.of("streams", results + "; " + ledger, "train", ledger, "generate", results)
        .forEach(
            (service, says) -> {
              Cli.Result begun = Cli.run(service, "--set", SERVERS, "--set", "namespace=unfit");
              assertThat(begun.exitCode()).isEqualTo(ExitCodes.FAILED);
              assertThat(begun.err()).startsWith("alluvium: " + says + ": delete the topic");
            });
  }

  @Test
  void listingSaysWhatIsMissing() {
    Cli.Result before = topics("list", "listed");
    topics("create", "listed");
    Cli.Result after = topics("list", "listed");

    assertThat(before.json().get("topics")).noneMatch(topic -> topic.get("present").asBoolean());
    assertThat(after.json().get("topics")).allMatch(topic -> topic.get("present").asBoolean());
  }

  private static JsonNode check(JsonNode doctor, String name) {
    for (JsonNode check : doctor.get("checks")) {
      if (check.get("check").asText().equals(name)) {
        return check;
      }
    }
    throw new AssertionError("no check " + name + " in " + doctor);
  }

  @Test
  void moreCopiesThanThereAreBrokersAreRefusedByTheBroker() {
    Cli.Result refused = topics("create", "copies", "--set", "topics.replicationFactor=2");

    assertThat(refused.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(refused.err()).contains("replication factor");
  }

  private static Cli.Result topics(String command, String namespace, String... options) {
    List<String> line = new ArrayList<>(List.of("topics", command, "--json", "--set", SERVERS));
    line.addAll(List.of("--set", "namespace=" + namespace));
    line.addAll(List.of(options));
    return Cli.run(line.toArray(String[]::new));
  }
}
