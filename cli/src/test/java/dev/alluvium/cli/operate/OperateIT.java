package dev.alluvium.cli.operate;

import static dev.alluvium.cli.testing.Cli.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.SharedBroker;
import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.ProbeComparison;
import dev.alluvium.schemas.avro.ProbeResult;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topic;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What operators see of dead letters and versions on a real broker. */
class OperateIT {
  private static final String REASON =
      "worse than the budget: math: perplexity x 1.409 to 1.460 of the last promoted version's (21 probes)";

  private static final String NAMESPACE = "operate";
  private static final String SERVERS =
      "kafka.bootstrap.servers=" + SharedBroker.bootstrapServers();

  @BeforeAll
  static void fill() {
    assertThat(run("topics", "create").exitCode()).isEqualTo(ExitCodes.DONE);
    Cluster cluster = Cluster.of(KafkaSettings.at(SharedBroker.bootstrapServers()), NAMESPACE);
    send(
        cluster,
        cluster.topics().deadLetters(),
        List.of(
            Map.entry(utf8("a"), letter("bad_json", 1)),
            Map.entry(utf8("b"), letter("no_response", 2)),
            Map.entry(utf8("c"), letter("bad_json", 3, "{\"broken".repeat(100_000)))));
    send(
        cluster,
        cluster.topics().models(),
        List.of(
            Map.entry("v000001", version("v000001", null, VersionStatus.PROMOTED, 1, 4)),
            Map.entry("v000002", version("v000002", "v000001", VersionStatus.PROMOTED, 5, 8)),
            Map.entry("v000003", version("v000003", "v000002", VersionStatus.HELD, 9, 9)),
            Map.entry("v000002", version("v000002", "v000001", VersionStatus.ROLLED_BACK, 5, 8))));
  }

  @Test
  void deadLettersAreCountedByReasonAndTheNewestShown() {
    JsonNode json = run("dead-letters", "list", "--json", "--limit", "2").json();

    assertThat(json.get("total").asLong()).isEqualTo(3);
    assertThat(json.get("reasons").toString()).isEqualTo("{\"bad_json\":2,\"no_response\":1}");
    assertThat(json.get("entries")).hasSize(2);
    JsonNode newest = json.get("entries").get(1);
    assertThat(newest.get("offset").asLong()).isEqualTo(3);
    assertThat(newest.get("reason").asText()).isEqualTo("bad_json");
    assertThat(newest.get("excerpt").asText()).isEqualTo("{\"broken".repeat(15));
    assertThat(newest.get("bytes").asLong()).isEqualTo(800_000);
  }

  @ParameterizedTest
  @CsvSource({"bad_json,2", "no_response,1", "nothing,0"})
  void oneReasonCanBeAskedFor(String reason, long count) {
    JsonNode json = run("dead-letters", "list", "--json", "--reason", reason).json();

    assertThat(json.get("total").asLong()).isEqualTo(count);
    assertThat(json.get("entries")).hasSize((int) count);
  }

  @Test
  void peopleGetATableAndProgramsGetNothing() {
    Cli.Result result = run("dead-letters", "list");

    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("bad_json").contains("pairs.v1-0@3").contains("why 3");
  }

  @Test
  void theNewestRecordOfAVersionCounts() {
    JsonNode json = run("models", "list", "--json").json();

    assertThat(json.get("versions"))
        .extracting(v -> v.get("version").asText() + " " + v.get("status").asText())
        .containsExactly("v000001 PROMOTED", "v000002 ROLLED_BACK", "v000003 HELD");
    assertThat(json.get("serving").asText()).isEqualTo("v000001");
    assertThat(json.get("training").asText()).isEqualTo("v000003");
    JsonNode second = json.get("versions").get(1);
    assertThat(second.get("parent").asText()).isEqualTo("v000001");
    assertThat(second.get("method").asText()).isEqualTo("full");
    assertThat(second.get("windows").toString()).isEqualTo("[5,8]");
    assertThat(second.at("/probes/math/after/perplexity").asDouble()).isEqualTo(8);
    assertThat(json.get("versions").get(0).get("parent").isNull()).isTrue();
  }

  @Test
  void theTableHasTheBeginningOfEveryReasonAndJsonAllOfIt() {
    String table = run("models", "list").err();
    assertThat(table).contains("REASON", "worse than the budget: math: ").doesNotContain("probes)");
    assertThat(table.lines().filter(line -> line.endsWith("..."))).hasSize(3);
    JsonNode json = run("models", "list", "--json").json();
    assertThat(json.get("versions").get(1).get("reason").asText()).isEqualTo(REASON);
  }

  @Test
  void aVersionIsShownByItsShortNameToo() {
    JsonNode json = run("models", "show", "v1", "--json").json();
    assertThat(json.get("version").asText()).isEqualTo("v000001");
    assertThat(json.get("serving").asBoolean()).isTrue();
    assertThat(json.get("checkpoint").asText()).isEqualTo("c");
    assertThat(json.at("/probes/math/after/perplexity").asDouble()).isEqualTo(8);
    assertThat(run("models", "show", "v000002").err())
        .contains(
            "v000002, ROLLED_BACK: " + REASON, "trained on from v000001", "windows 5 to 8", "math")
        .contains("by all probes there were", "what it was trained on is not known");
    assertThat(json.at("/contents/known").asBoolean()).isFalse();
  }

  @Test
  void versionsAreComparedBySkill() {
    JsonNode json = run("models", "diff", "v1", "v2", "--json").json();
    assertThat(json.at("/skills/math/ratio").asDouble()).isEqualTo(1);
    assertThat(json.at("/skills/math/n_to").asInt()).isEqualTo(5);
    assertThat(run("models", "show", "v1", "--json").json().at("/probes/math/probe_set").asText())
        .isEqualTo("set");
    assertThat(json.at("/skills/math/same_probes").asBoolean()).isTrue();
    assertThat(run("models", "diff", "v1", "v2").err()).contains("5 / 5 ");
    assertThat(run("models", "diff", "v1", "v3").err())
        .contains("RATIO", "5 / 5, not the same", "8.000");
  }

  @Test
  void whatIsNoVersionIsNamed() {
    assertThat(run("models", "show", "v9").exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(run("models", "show", "v9").err())
        .contains("there is no version v000009", "v000001, v000002, v000003");
    assertThat(run("models", "diff", "v1", "newest").exitCode()).isEqualTo(ExitCodes.USAGE);
  }

  private static <K, V> void send(
      Cluster cluster, Topic<K, V> topic, List<Map.Entry<K, V>> records) {
    try (KafkaProducer<K, V> producer =
        new KafkaProducer<>(
            cluster.kafka().producer(), topic.keys().serializer(), topic.values().serializer())) {
      records.forEach(
          r -> producer.send(new ProducerRecord<>(topic.name(), r.getKey(), r.getValue())));
    }
  }

  private static DeadLetter letter(String reason, long offset) {
    return letter(reason, offset, "{\"broken");
  }

  private static DeadLetter letter(String reason, long offset, String value) {
    return DeadLetter.newBuilder()
        .setStage("decode")
        .setReason(reason)
        .setDetail("why " + offset)
        .setSource(new SourcePosition("pairs.v1", 0, offset))
        .setValue(ByteBuffer.wrap(utf8(value)))
        .setTime(Instant.EPOCH)
        .build();
  }

  private static ModelVersion version(
      String name, String parent, VersionStatus status, long first, long last) {
    ProbeResult before = new ProbeResult(9.0, 0.1, 5, null, 0);
    return ModelVersion.newBuilder()
        .setVersion(name)
        .setParent(parent)
        .setStatus(status)
        .setReason(REASON)
        .setMethod("full")
        .setPath("/store/" + name)
        .setCheckpoint("c")
        .setFirstWindow(first)
        .setLastWindow(last)
        .setProbes(
            Map.of(
                "math",
                new ProbeComparison(
                    before,
                    new ProbeResult(8.0, 0.2, 5, null, 0),
                    name.equals("v000003") ? "other" : "set")))
        .setDigest("d")
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  private static Cli.Result run(String... args) {
    String[] line = new String[args.length + 4];
    System.arraycopy(args, 0, line, 0, args.length);
    line[args.length] = "--set";
    line[args.length + 1] = SERVERS;
    line[args.length + 2] = "--set";
    line[args.length + 3] = "namespace=" + NAMESPACE;
    return Cli.run(line);
  }
}
