package dev.alluvium.schemas.access;

import static org.apache.kafka.common.acl.AclOperation.ALTER_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.PatternType.LITERAL;
import static org.apache.kafka.common.resource.PatternType.PREFIXED;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;

import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The least rights of each role in a namespace. The command {@code topics acls}, the documentation
 * and the test on a broker with access control all read them from here.
 */
public final class AccessRights {
  /** Stands for any namespace where a resource is looked up by its name alone. */
  private static final String ANY = "NAMESPACE";

  /** How the topics end that Kafka Streams makes inside an application. */
  private static final Pattern INTERNAL = Pattern.compile("-(changelog|repartition)$");

  private final Topics topics;
  private final List<Right> rights = new ArrayList<>();

  private AccessRights(Topics topics) {
    this.topics = topics;
    produce();
    streams();
    train();
    generate();
    publish();
    operate();
  }

  /** The rights in the namespace of a catalogue. */
  public static AccessRights in(Topics topics) {
    return new AccessRights(topics);
  }

  private void produce() {
    topic(Role.PRODUCE, topics.pairs(), "send pairs", WRITE);
  }

  private void streams() {
    Role role = Role.STREAMS;
    topic(role, topics.pairs(), "curate reads pairs", READ);
    topic(role, topics.generationRequests(), "curate asks the model", WRITE);
    topic(role, topics.generationResults(), "curate reads replies", READ);
    topic(role, topics.ledger(), "curate and mix write, mix reads", READ, WRITE);
    topic(role, topics.windows(), "mix writes windows", WRITE);
    topic(role, topics.reports(), "facts; watch and dashboard read them", READ, WRITE);
    topic(role, topics.deadLetters(), "what cannot be used", WRITE);
    topic(role, topics.models(), "the dashboard shows versions", READ);
    schemas(role);
    for (String application : List.of("curate", "mix", "watch")) {
      String id = topics.id(application);
      rights.add(
          new Right(role, GROUP, LITERAL, id, List.of(READ), application + " shares partitions"));
      rights.add(
          new Right(
              role,
              TRANSACTIONAL_ID,
              PREFIXED,
              id + "-",
              List.of(WRITE),
              application + " commits exactly once"));
      boolean repartitions = application.equals("curate");
      rights.add(
          new Right(
              role,
              TOPIC,
              PREFIXED,
              id + "-",
              repartitions ? List.of(CREATE, READ, WRITE, DELETE) : List.of(CREATE, READ, WRITE),
              repartitions
                  ? "changelogs and repartition of curate; Delete frees what was passed through it"
                  : "changelogs of " + application));
    }
  }

  private void train() {
    Role role = Role.TRAIN;
    topic(role, topics.windows(), "what is trained", READ);
    topic(role, topics.progress(), "where training stands", READ, WRITE);
    topic(role, topics.ledger(), "outcomes and promotions", WRITE);
    topic(role, topics.models(), "versions", READ, WRITE);
    topic(role, topics.reports(), "facts; which window was written last", READ, WRITE);
    topic(role, topics.deadLetters(), "examples the model cannot take", WRITE);
    schemas(role);
    rights.add(
        new Right(
            role, TRANSACTIONAL_ID, LITERAL, topics.id("train"), List.of(WRITE), "the lease"));
  }

  private void generate() {
    Role role = Role.GENERATE;
    topic(role, topics.generationRequests(), "what is asked", READ);
    topic(role, topics.generationResults(), "replies", WRITE);
    topic(role, topics.deadLetters(), "requests that cannot be used", WRITE);
    topic(role, topics.models(), "which version answers", READ);
    schemas(role);
    rights.add(
        new Right(
            role,
            GROUP,
            LITERAL,
            topics.id("generate"),
            List.of(READ, ALTER_CONFIGS),
            "workers share requests; AlterConfigs sets the share group up, not needed with generate.source group"));
  }

  private void publish() {
    topic(Role.PUBLISH, topics.models(), "which version answers", READ);
    schemas(Role.PUBLISH);
  }

  private void operate() {
    Role role = Role.OPERATOR;
    List<Topic<?, ?>> unread =
        List.of(topics.pairs(), topics.generationRequests(), topics.generationResults());
    for (Topic<?, ?> topic : topics.all()) {
      boolean written = topic.equals(topics.ledger()) || topic.equals(topics.schemas());
      if (written) {
        topic(
            role,
            topic,
            topic.equals(topics.ledger())
                ? "orders and policies; topics create; what is there"
                : "topics create publishes the schemas of this build",
            CREATE,
            READ,
            WRITE,
            DESCRIBE_CONFIGS);
      } else if (unread.contains(topic)) {
        topic(
            role,
            topic,
            "topics create; what is kept how long",
            CREATE,
            DESCRIBE,
            DESCRIBE_CONFIGS);
      } else {
        topic(role, topic, "topics create; what is there", CREATE, READ, DESCRIBE_CONFIGS);
      }
    }
    for (String application : List.of("curate", "mix")) {
      rights.add(
          new Right(
              role,
              TOPIC,
              PREFIXED,
              topics.id(application) + "-",
              List.of(DESCRIBE, DESCRIBE_CONFIGS),
              "erase tells how long internal topics keep a pair"));
    }
  }

  private void schemas(Role role) {
    topic(role, topics.schemas(), "records of a newer build", READ);
  }

  private void topic(Role role, Topic<?, ?> topic, String why, AclOperation... operations) {
    rights.add(new Right(role, TOPIC, LITERAL, topic.name(), List.of(operations), why));
  }

  /** All of them, by role. */
  public List<Right> all() {
    return List.copyOf(rights);
  }

  /** Those of one role. */
  public List<Right> of(Role role) {
    return rights.stream().filter(right -> right.role() == role).toList();
  }

  /** The catalogue's topics that roles work with, in the order of the flow. */
  public List<Topic<?, ?>> topicsOf(Collection<Role> roles) {
    Set<String> names =
        rights.stream()
            .filter(right -> roles.contains(right.role()) && right.resource() == TOPIC)
            .map(Right::name)
            .collect(Collectors.toSet());
    List<Topic<?, ?>> used = new ArrayList<>(topics.all());
    used.removeIf(topic -> !names.contains(topic.name()));
    return used;
  }

  /**
   * What a role needs on a resource of any namespace, for a message: {@code Read, Write}; empty
   * when it needs nothing there.
   */
  public static String needed(Role role, ResourceType resource, String name) {
    return in(new Topics(ANY, SchemaHistory.store())).of(role).stream()
        .filter(right -> right.resource() == resource && isAbout(right, name))
        .map(Right::operationNames)
        .collect(Collectors.joining(", "));
  }

  /**
   * All that a role needs of one kind of resource, for a message where the cluster did not say
   * which it refused.
   */
  public static String needed(Role role, ResourceType resource) {
    return in(new Topics(ANY, SchemaHistory.store())).of(role).stream()
        .filter(right -> right.resource() == resource)
        .map(right -> "%s on %s".formatted(right.operationNames(), right.resourceName()))
        .collect(Collectors.joining("; "));
  }

  private static boolean isAbout(Right anyNamespace, String name) {
    String rest = anyNamespace.name().substring(ANY.length());
    return anyNamespace.pattern() == PREFIXED
        ? name.contains(rest) && INTERNAL.matcher(name).find()
        : name.endsWith(rest) || name.equals(rest.substring(1));
  }
}
