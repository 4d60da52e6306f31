package dev.alluvium.cli.security;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.broker.SecuredBroker;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.schemas.access.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** A namespace on a secured broker, with a principal, a password and a settings file per role. */
final class Guarded {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SecuredBroker broker;
  private final Admin admin;
  private final String namespace;
  private final Path directory;

  Guarded(SecuredBroker broker, Admin admin, String namespace, Path directory) {
    this.broker = broker;
    this.admin = admin;
    this.namespace = namespace;
    this.directory = directory;
  }

  /** Users and passwords of namespaces. */
  static Map<String, String> users(String... namespaces) {
    return Stream.of(namespaces)
        .flatMap(namespace -> Arrays.stream(Role.values()).map(role -> user(namespace, role)))
        .collect(Collectors.toMap(user -> user, Guarded::password));
  }

  private static String user(String namespace, Role role) {
    return namespace + "-" + role.label();
  }

  private static String password(String user) {
    return "planted-password-of-" + user;
  }

  String namespace() {
    return namespace;
  }

  /** Who a role is. */
  String user(Role role) {
    return user(namespace, role);
  }

  /** The password of a role. */
  String password(Role role) {
    return password(user(role));
  }

  /** How a role signs in. */
  String login(Role role, String password) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
        .formatted(user(role), password);
  }

  /** Settings of a role, whose passwords stand in a file that Kafka's config provider reads. */
  Path config(Role role) throws IOException {
    Path secrets =
        Files.writeString(
            directory.resolve(user(role) + ".properties"),
            "login=%s\nstore=%s\n".formatted(password(role), SecuredBroker.STORE_PASSWORD));
    return Files.writeString(
        directory.resolve(user(role) + ".yaml"),
        """
        namespace: %s
        kafka:
          bootstrap.servers: %s
          security.protocol: SASL_SSL
          sasl.mechanism: PLAIN
          sasl.jaas.config: '%s'
          config.providers: file,dir,env
          ssl.truststore.location: %s
          ssl.truststore.type: PKCS12
          ssl.truststore.password: ${file:%s:store}
        """
            .formatted(
                namespace,
                broker.bootstrapServers(),
                login(role, "${file:%s:login}".formatted(secrets)),
                broker.trustStore(),
                secrets));
  }

  /** Runs a command as a role. */
  Cli.Result run(Role role, List<String> settings, String... line) throws IOException {
    List<String> all = new ArrayList<>(List.of(line));
    all.addAll(List.of("--config", config(role).toString()));
    settings.forEach(setting -> all.addAll(List.of("--set", setting)));
    return Cli.run(all.toArray(String[]::new));
  }

  /** Grants what {@code topics acls} says. */
  void grantAll() throws Exception {
    Cli.Result table = Cli.run("topics", "acls", "--json", "--set", "namespace=" + namespace);
    List<AclBinding> bindings = new ArrayList<>();
    for (JsonNode right : table.json().get("rights")) {
      for (JsonNode operation : right.get("operations")) {
        bindings.add(binding(right, AclOperation.fromString(operation.asText())));
      }
    }
    grant(bindings);
  }

  private static AclBinding binding(JsonNode right, AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(
            ResourceType.fromString(right.get("resource").asText()),
            right.get("name").asText(),
            PatternType.valueOf(right.get("pattern").asText().toUpperCase(Locale.ROOT))),
        new AccessControlEntry(
            right.get("principal").asText(), "*", operation, AclPermissionType.ALLOW));
  }

  private void grant(List<AclBinding> bindings) throws Exception {
    admin.createAcls(bindings).all().get();
    await().atMost(PATIENCE).until(() -> granted().containsAll(bindings));
  }

  private Set<AclBinding> granted() throws Exception {
    return new HashSet<>(admin.describeAcls(AclBindingFilter.ANY).values().get());
  }

  /**
   * Does something while a role lacks one right. A topic that it may not read it still sees, so
   * that it is the reading that fails.
   */
  <T> T without(
      Role role, ResourceType resource, String name, AclOperation operation, Attempt<T> attempt)
      throws Exception {
    Set<AclBinding> taken = new HashSet<>(granted());
    taken.removeIf(
        acl ->
            !acl.entry().principal().equals("User:" + user(role))
                || acl.pattern().resourceType() != resource
                || !acl.pattern().name().equals(name)
                || acl.entry().operation() != operation);
    if (taken.size() != 1) {
      throw new IllegalStateException(
          "expected one right %s of %s on %s %s, found %s"
              .formatted(operation, role, resource, name, taken));
    }
    List<AclBinding> instead =
        operation == AclOperation.READ && resource == ResourceType.TOPIC
            ? taken.stream().map(Guarded::toDescribe).toList()
            : List.of();
    grant(instead);
    take(taken);
    try {
      return attempt.run();
    } finally {
      grant(List.copyOf(taken));
      take(instead);
    }
  }

  private static AclBinding toDescribe(AclBinding acl) {
    AccessControlEntry entry = acl.entry();
    return new AclBinding(
        acl.pattern(),
        new AccessControlEntry(
            entry.principal(), entry.host(), AclOperation.DESCRIBE, entry.permissionType()));
  }

  private void take(Collection<AclBinding> bindings) throws Exception {
    admin.deleteAcls(bindings.stream().map(AclBinding::toFilter).toList()).all().get();
    await().atMost(PATIENCE).until(() -> bindings.stream().noneMatch(granted()::contains));
  }

  /** Something that may fail. */
  interface Attempt<T> {
    T run() throws Exception;
  }
}
