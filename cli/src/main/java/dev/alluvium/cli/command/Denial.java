package dev.alluvium.cli.command;

import dev.alluvium.schemas.access.AccessRights;
import dev.alluvium.schemas.access.Role;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/** Says which rights were expected where the cluster did not allow something. */
final class Denial {
  /** What cannot be in a topic's name. */
  private static final Pattern NO_NAME = Pattern.compile("[^A-Za-z0-9._-]+");

  private Denial() {}

  /**
   * The rights that a role needs on what was refused; nothing when a failure is of another kind.
   */
  static Optional<String> expected(Throwable failure, Role role) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof TopicAuthorizationException denied) {
        Collection<String> topics = denied.unauthorizedTopics();
        return told(role, ResourceType.TOPIC, topics.isEmpty() ? namesIn(failure, role) : topics);
      }
      if (cause instanceof ClusterAuthorizationException) {
        // Without a right to write to any topic, a producer is refused before it names one.
        return told(role, ResourceType.TOPIC, namesIn(failure, role));
      }
      if (cause instanceof GroupAuthorizationException denied) {
        return told(role, ResourceType.GROUP, some(denied.groupId()));
      }
      if (cause instanceof TransactionalIdAuthorizationException) {
        return told(role, ResourceType.TRANSACTIONAL_ID, List.of());
      }
    }
    return Optional.empty();
  }

  /** Kafka does not always say which topic it refused, but whoever asked for it mostly does. */
  private static Collection<String> namesIn(Throwable failure, Role role) {
    return Arrays.stream(NO_NAME.split(Failures.message(failure)))
        .map(word -> word.endsWith(".") ? word.substring(0, word.length() - 1) : word)
        .filter(word -> !AccessRights.needed(role, ResourceType.TOPIC, word).isEmpty())
        .toList();
  }

  private static List<String> some(@Nullable String name) {
    return name == null ? List.of() : List.of(name);
  }

  private static Optional<String> told(Role role, ResourceType resource, Collection<String> names) {
    // An order given with --here makes the operator a trainer.
    return Stream.concat(Stream.of(role), Arrays.stream(Role.values()))
        .map(
            one -> {
              String rights = rights(one, resource, names);
              return rights.isEmpty() ? "" : "`%s` needs %s".formatted(one.label(), rights);
            })
        .filter(told -> !told.isEmpty())
        .findFirst()
        .map(told -> told + ": grant it, `alluvium topics acls` prints all rights");
  }

  private static String rights(Role role, ResourceType resource, Collection<String> names) {
    if (names.isEmpty()) {
      return AccessRights.needed(role, resource);
    }
    String kind = resource == ResourceType.TOPIC ? "topic" : "group";
    return new TreeSet<>(names)
        .stream()
            .filter(name -> !AccessRights.needed(role, resource, name).isEmpty())
            .map(
                name ->
                    "%s on %s %s".formatted(AccessRights.needed(role, resource, name), kind, name))
            .collect(Collectors.joining("; "));
  }
}
