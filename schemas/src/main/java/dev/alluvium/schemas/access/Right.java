package dev.alluvium.schemas.access;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What one role may do with one resource.
 *
 * @param role who
 * @param resource kind of the resource
 * @param pattern whether the name is whole or a beginning
 * @param name full name, namespace included
 * @param operations what may be done; Read, Write and Delete bring Describe with them
 * @param why what for
 */
public record Right(
    Role role,
    ResourceType resource,
    PatternType pattern,
    String name,
    List<AclOperation> operations,
    String why) {
  private static final String ANY_HOST = "*";

  /** Keeps its own list. */
  public Right {
    operations = List.copyOf(operations);
  }

  /** As Kafka keeps it, for connections from any host. */
  public List<AclBinding> bindings(String principal) {
    return operations.stream()
        .map(
            operation ->
                new AclBinding(
                    new ResourcePattern(resource, name, pattern),
                    new AccessControlEntry(
                        principal, ANY_HOST, operation, AclPermissionType.ALLOW)))
        .toList();
  }

  /** The operations as {@code kafka-acls.sh} names them: {@code Read, DescribeConfigs}. */
  public String operationNames() {
    return operations.stream().map(Right::camel).collect(Collectors.joining(", "));
  }

  /** The resource for a person: {@code topic models.v1}, {@code topics alluvium-mix-*}. */
  public String resourceName() {
    String kind = resource == ResourceType.TRANSACTIONAL_ID ? "transactional id" : lower();
    return pattern == PatternType.PREFIXED
        ? "%ss %s*".formatted(kind, name)
        : "%s %s".formatted(kind, name);
  }

  /** Its line for {@code kafka-acls.sh}, without where the cluster is. */
  public String arguments(String principal) {
    String allowed =
        operations.stream()
            .map(operation -> "--operation " + camel(operation))
            .collect(Collectors.joining(" "));
    return "--add --force --allow-principal '%s' %s --%s '%s' --resource-pattern-type %s"
        .formatted(
            principal,
            allowed,
            lower().replace('_', '-'),
            name,
            pattern.name().toLowerCase(Locale.ROOT));
  }

  private String lower() {
    return resource.name().toLowerCase(Locale.ROOT);
  }

  private static String camel(AclOperation operation) {
    return Arrays.stream(operation.name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
