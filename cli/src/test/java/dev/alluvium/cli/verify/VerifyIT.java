package dev.alluvium.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.config.SettingsLoader;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.SmallFlow;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.trainer.config.TrainSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The books of a real namespace, with replay, a rollback and two promotions: in order as they are,
 * and each falsification of them found.
 */
@TestMethodOrder(OrderAnnotation.class)
class VerifyIT {
  @TempDir private static Path directory;
  private static SmallFlow flow;
  private static Books books;

  @BeforeAll
  static void makeBooks() throws Exception {
    flow = new SmallFlow("verify", directory);
    flow.good();
    flow.bad();
    flow.late();
    books = Books.of(flow.cluster(), directory.resolve("store"));
  }

  @AfterAll
  static void stop() throws Exception {
    flow.close();
  }

  @Test
  void honestBooksAreInOrder() {
    Cli.Result result = verify("--json");

    assertThat(result.exitCode()).as(result.out()).isEqualTo(ExitCodes.DONE);
    JsonNode json = result.json();
    assertThat(json.get("ok").asBoolean()).isTrue();
    assertThat(json.get("differences")).isEmpty();
    assertThat(json.get("recomputed").get(0).asLong()).isEqualTo(1);
    assertThat(json.get("recomputed").get(1).asLong()).isEqualTo(books.lastWindow());
    assertThat(json.get("digest_only_before").asLong()).isEqualTo(1);
    assertThat(json.get("other_fold").asInt()).isZero();
    assertThat(json.get("weights_only").asInt()).isZero();
    assertThat(verify().err()).contains("ok: 0 differences in", "3 versions");
  }

  @Test
  void whatTheCommandFindsItNames() throws Exception {
    Books altered = books.copy();
    try {
      altered.delete(altered.versionFile("v000003", "manifest.json"));

      Cli.Result people = verify();
      assertThat(people.exitCode()).isEqualTo(ExitCodes.FAILED);
      assertThat(people.out()).isEmpty();
      assertThat(people.err()).contains("version_unreadable", "v000003", "NOT OK: 1 difference in");
      Cli.Result program = verify("--json");
      assertThat(program.exitCode()).isEqualTo(ExitCodes.FAILED);
      assertThat(program.json().get("ok").asBoolean()).isFalse();
      assertThat(program.json().get("differences"))
          .singleElement()
          .satisfies(d -> assertThat(d.get("what").asText()).isEqualTo("version_unreadable"));
    } finally {
      altered.restore();
    }
  }

  static Stream<Tampering> tamperings() {
    return Tampering.all();
  }

  @ParameterizedTest
  @MethodSource("tamperings")
  void everyFalsificationIsFound(Tampering tampering) throws Exception {
    Books altered = books.copy();
    try {
      tampering.plant().in(altered);

      Set<Kind> found = kinds(audit(altered));
      assertThat(found).contains(tampering.kind());
      found.remove(tampering.kind());
      assertThat(tampering.also()).containsAll(found);
    } finally {
      altered.restore();
    }
    assertThat(kinds(audit(books))).as("the files are what they were").isEmpty();
  }

  @Test
  void everyKindIsPlanted() {
    assertThat(Tampering.all().map(Tampering::kind)).contains(Kind.values());
  }

  @Test
  void thePageHasEveryKind() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "guarding.md"));

    assertThat(page)
        .contains(
            Arrays.stream(Kind.values())
                .map(kind -> "| `%s` | %s |".formatted(kind.code(), kind.meaning()))
                .toList());
  }

  @Test
  void withoutTheBeginningOfTheLedgerDigestsAreWhatIsLeft() {
    Books later = books.copy();
    later.cut(later.topics().ledger(), 5);

    Verification found = audit(later);
    assertThat(found.differences()).isEmpty();
    assertThat(List.of(found.from(), found.to())).containsExactly(0L, 0L);
    assertThat(found.digestOnlyBefore()).isEqualTo(books.lastWindow() + 1);
    assertThat(found.summary()).contains("no window was recomputed");
  }

  @Test
  void windowsOfAnotherFoldAreCheckedByTheirDigestOnly() {
    Books older = books.copy();
    for (long id = 1; id <= books.lastWindow(); id++) {
      older.alter(
          older.place(WindowOpen.class, id, 0),
          o ->
              WindowOpen.newBuilder((WindowOpen) o).setFoldVersion(1).setPolicyDigest("p").build());
    }

    Verification found = audit(older);
    assertThat(found.differences()).isEmpty();
    assertThat(List.of(found.from(), found.to())).containsExactly(0L, 0L);
    assertThat(found.otherRules()).isEqualTo((int) books.lastWindow());
    assertThat(found.notes())
        .singleElement()
        .asString()
        .contains("%d windows were made by another version".formatted(books.lastWindow()));
    older.example(1, 2, e -> Example.newBuilder(e).setSkill("code").build());
    assertThat(kinds(audit(older))).contains(Kind.WINDOW_DIGEST);
  }

  @Test
  void versionsFromBeforeFilesHadDigestsAreCheckedByTheirWeights() throws Exception {
    Books older = books.copy();
    try {
      for (String name : List.of("v000001", "v000003")) {
        older.version(
            name, version -> ModelVersion.newBuilder(version).setManifestDigest(null).build());
      }
      older.add(older.versionFile("v000001", "notes.txt"), "nobody lists it");

      Verification found = audit(older);
      assertThat(found.differences()).isEmpty();
      assertThat(found.weightsOnly()).isEqualTo(2);
      assertThat(found.notes())
          .singleElement()
          .asString()
          .contains("2 of the versions were made before");
      older.add(older.versionFile("v000002", "notes.txt"), "nobody lists it");
      assertThat(kinds(audit(older))).containsExactly(Kind.VERSION_FILE_EXTRA);
    } finally {
      older.restore();
    }
  }

  @Test
  void windowsThatWereDeletedAreNotMissed() {
    Books later = books.copy();
    long second = later.windows().get(later.place(WindowOpen.class, 2, 0)).offset();
    later.cut(later.topics().windows(), second - 3);

    Verification found = audit(later);
    assertThat(found.differences()).isEmpty();
    assertThat(found.from()).isEqualTo(2);
    assertThat(found.digestOnlyBefore()).isEqualTo(2);
  }

  @Test
  void filesThatTheTrainerKeepsNoMoreAreNotMissed() {
    Books later = books.copy();
    UnaryOperator<ModelVersion> gone =
        version -> ModelVersion.newBuilder(version).setPath("/deleted").build();
    later.version("v000002", gone);

    assertThat(kinds(audit(later, Map.of("train.keep.versions", "1")))).isEmpty();
    assertThat(kinds(audit(later))).as("unless they are kept").contains(Kind.VERSION_UNREADABLE);
    later.version("v000003", gone);
    assertThat(kinds(audit(later, Map.of("train.keep.versions", "1"))))
        .contains(Kind.VERSION_UNREADABLE);
  }

  /** The last test: what is in a topic stays there. */
  @Test
  @Order(Integer.MAX_VALUE)
  void theCommandFindsWhatSomebodyElseWrites() {
    Topic<String, ModelVersion> topic = flow.cluster().topics().models();
    ModelVersion other =
        ModelVersion.newBuilder(books.version("v000003")).setDigest("0".repeat(64)).build();
    try (KafkaProducer<String, ModelVersion> producer =
        new KafkaProducer<>(
            flow.cluster().kafka().producer(),
            topic.keys().serializer(),
            topic.values().serializer())) {
      producer.send(new ProducerRecord<>(topic.name(), other.getVersion(), other));
    }

    Cli.Result result = verify("--json");
    assertThat(result.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(result.json().get("differences"))
        .extracting(difference -> difference.get("what").asText())
        .containsExactlyInAnyOrder("version_reused", "version_digest", "version_manifest");
  }

  private static Set<Kind> kinds(Verification found) {
    return found.differences().stream()
        .map(Difference::kind)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Verification audit(Books altered) {
    return audit(altered, Map.of());
  }

  private static Verification audit(Books altered, Map<String, String> changes) {
    Map<String, String> keys = new HashMap<>(changes);
    keys.put("train.store", directory.resolve("store").toString());
    TrainSettings settings =
        new SettingsLoader(Map.of()).load(Optional.empty(), keys).settings().train();
    return new Audit(altered.topics(), altered, settings, step -> {}).run();
  }

  private static Cli.Result verify(String... options) {
    return flow.run(
        Stream.concat(
                Stream.of("verify", "--set", "train.store=" + directory.resolve("store")),
                Stream.of(options))
            .toArray(String[]::new));
  }
}
