package dev.alluvium.cli.security;

import static org.apache.kafka.common.acl.AclOperation.ALTER_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.alluvium.cli.broker.SecuredBroker;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.SmallModel;
import dev.alluvium.schemas.access.AccessRights;
import dev.alluvium.schemas.access.Right;
import dev.alluvium.schemas.access.Role;
import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.schemas.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each process on a broker with access control: with exactly its rights, and with one less. {@code
 * -Drights=20} takes away more of them than a build has patience for.
 */
class AccessIT {
  private static final String FLOW = "flow";
  private static final String BARE = "bare";

  /** Where no topic is yet. */
  private static final String EMPTY = "empty";

  /**
   * Where no stream processors have run: those that come again wait until their last run is missed.
   */
  private static final String FRESH = "fresh";

  /**
   * What such a flow gives no occasion for: inputs that cannot be used, topics that were written
   * before their reader came, schemas of a newer build, and a repartition topic that has grown.
   */
  private static final List<String> NOT_IN_A_SHORT_AND_HEALTHY_FLOW =
      List.of(
          "streams: WRITE on flow.dead-letters.v1",
          "train: WRITE on flow.dead-letters.v1",
          "generate: WRITE on flow.dead-letters.v1",
          "operator: READ on flow.dead-letters.v1",
          "train: READ on flow.training.progress.v1",
          "train: READ on flow.models.v1",
          "train: READ on flow.reports.v1",
          "generate: READ on flow.models.v1",
          "streams: READ on flow.schemas.v1",
          "train: READ on flow.schemas.v1",
          "generate: READ on flow.schemas.v1",
          "publish: READ on flow.schemas.v1",
          "operator: READ on flow.schemas.v1",
          "streams: DELETE on flow-curate-");

  @TempDir private static Path directory;

  private static SecuredBroker broker;
  private static Admin admin;
  private static Path model;
  private static final Map<String, Guarded> NAMESPACES = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    broker = SecuredBroker.start(Guarded.users(FLOW, BARE, EMPTY, FRESH));
    admin = broker.admin();
    model = SmallModel.create(directory.resolve("model"));
    for (String namespace : List.of(FLOW, BARE, EMPTY, FRESH)) {
      Guarded guarded = new Guarded(broker, admin, namespace, directory);
      guarded.grantAll();
      NAMESPACES.put(namespace, guarded);
      if (!namespace.equals(EMPTY)) {
        Cli.Result created = guarded.run(Role.OPERATOR, List.of(), "topics", "create");
        assertThat(created.exitCode()).as(created.err()).isZero();
      }
    }
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @Test
  void theWholeFlowRunsWithTheRightsOfTheTableAndTellsNoSecret() throws Exception {
    try (GuardedFlow flow = new GuardedFlow(NAMESPACES.get(FLOW), directory, model)) {
      flow.run();
      flow.requireThatPublishReadsVersions();
      flow.requireNoSecretTold();
    }
    assertThat(unused(FLOW)).isSubsetOf(NOT_IN_A_SHORT_AND_HEALTHY_FLOW);
  }

  /** Rights of the table that nobody has made use of. */
  private static List<String> unused(String namespace) {
    Guarded guarded = NAMESPACES.get(namespace);
    List<String> unused = new ArrayList<>();
    for (Right right : AccessRights.in(new Topics(namespace, SchemaHistory.store())).all()) {
      for (AclOperation operation : right.operations()) {
        String user = guarded.user(right.role());
        if (!RecordingAuthorizer.used(
            user, right.resource(), right.pattern(), right.name(), operation)) {
          unused.add("%s: %s on %s".formatted(right.role().label(), operation, right.name()));
        }
      }
    }
    return unused;
  }

  private static Arguments lacking(
      String namespace,
      Role role,
      ResourceType resource,
      String name,
      AclOperation operation,
      String says,
      String... line) {
    return argumentSet(
        "%s without %s on %s %s".formatted(role.label(), operation, resource, name),
        namespace,
        role,
        resource,
        name,
        operation,
        says,
        line);
  }

  static Stream<Arguments> rights() {
    return Stream.of(
            lacking(
                BARE, Role.PRODUCE, TOPIC, "bare.pairs.v1", WRITE, "Write on topic bare.pairs.v1"),
            lacking(
                BARE,
                Role.STREAMS,
                TOPIC,
                "bare.ledger.v1",
                READ,
                "Read, Write on topic bare.ledger.v1"),
            lacking(
                BARE,
                Role.TRAIN,
                TOPIC,
                "bare.training.windows.v1",
                READ,
                "Read on topic bare.training.windows.v1"),
            lacking(
                BARE,
                Role.GENERATE,
                GROUP,
                "bare-generate",
                READ,
                "Read, AlterConfigs on group bare-generate"),
            lacking(
                EMPTY,
                Role.OPERATOR,
                TOPIC,
                "empty.models.v1",
                CREATE,
                "Create, Read, DescribeConfigs on topic empty.models.v1",
                "topics",
                "create"),
            lacking(
                FRESH,
                Role.STREAMS,
                TOPIC,
                "fresh-curate-",
                CREATE,
                "Create, Read, Write, Delete on topic fresh-curate-curate-by-prompt-repartition"),
            lacking(
                BARE,
                Role.TRAIN,
                TRANSACTIONAL_ID,
                "bare-train",
                WRITE,
                "Write on transactional id NAMESPACE-train"),
            lacking(
                BARE,
                Role.TRAIN,
                TOPIC,
                "bare.training.progress.v1",
                WRITE,
                "Read, Write on topic bare.training.progress.v1"),
            lacking(
                BARE,
                Role.GENERATE,
                GROUP,
                "bare-generate",
                ALTER_CONFIGS,
                "Read, AlterConfigs on group NAMESPACE-generate"),
            lacking(
                BARE,
                Role.OPERATOR,
                TOPIC,
                "bare.reports.v1",
                DESCRIBE_CONFIGS,
                "Create, Read, DescribeConfigs on topic bare.reports.v1",
                "topics",
                "create"),
            lacking(
                BARE,
                Role.OPERATOR,
                TOPIC,
                "bare.ledger.v1",
                WRITE,
                "Create, Read, Write, DescribeConfigs on topic bare.ledger.v1",
                "models",
                "serve",
                "v000001"))
        .limit(Integer.getInteger("rights", 6));
  }

  @ParameterizedTest
  @MethodSource("rights")
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void withoutARightAProcessEndsAndNamesIt(
      String namespace,
      Role role,
      ResourceType resource,
      String name,
      AclOperation operation,
      String says,
      String[] line)
      throws Exception {
    Guarded guarded = NAMESPACES.get(namespace);

    Cli.Result result =
        guarded.without(
            role,
            resource,
            name,
            operation,
            () -> guarded.run(role, settings(namespace), line.length == 0 ? command(role) : line));

    assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCodes.FAILED);
    assertThat(result.err()).contains("`%s` needs ".formatted(role.label())).contains(says);
  }

  private static String[] command(Role role) throws Exception {
    List<String> line = new ArrayList<>(List.of(role.label()));
    if (role == Role.PRODUCE) {
      line.add(
          Files.writeString(
                  directory.resolve("one.jsonl"),
                  "{\"skill\":\"math\",\"instruction\":\"1+1\",\"response\":\"2\"}\n")
              .toString());
    }
    return line.toArray(String[]::new);
  }

  private static List<String> settings(String namespace) {
    return List.of(
        "dashboard.enabled=false",
        "streams.stateDir=" + directory.resolve("state-of-" + namespace),
        "train.model=" + model,
        "train.store=" + directory.resolve("store"),
        "train.maxTokens=128",
        "train.batchTokens=256",
        "train.threads=1",
        "train.heartbeat=1s");
  }
}
