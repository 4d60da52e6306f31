package dev.alluvium.cli.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.schemas.access.AccessRights;
import dev.alluvium.schemas.access.Right;
import dev.alluvium.schemas.access.Role;
import dev.alluvium.schemas.serde.SchemaHistory;
import dev.alluvium.schemas.topic.Topics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alluvium topics acls}: the rights of each process, to be granted by kafka-acls.sh. */
@Command(
    name = "acls",
    mixinStandardHelpOptions = true,
    description = {
      "Print the least rights of each process in the namespace as lines for kafka-acls.sh.",
      "Asks no broker and changes nothing. See docs/security.md."
    })
final class AclsCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description = "Only this one of ${COMPLETION-CANDIDATES}. May be repeated.")
  private List<Role> roles = List.of();

  @Option(
      names = "--principal",
      paramLabel = "ROLE=PRINCIPAL",
      description =
          "Who a process is to the broker, such as train=User:alice. Default: User: and the namespace (or alluvium), - and"
              + " the role.")
  private Map<Role, String> principals = new LinkedHashMap<>();

  @Option(
      names = "--command-config",
      paramLabel = "FILE",
      defaultValue = "admin.properties",
      description = "What kafka-acls.sh reads to connect. Default: ${DEFAULT-VALUE}.")
  private String commandConfig = "";

  @Override
  public Integer call() {
    principals.forEach(AclsCommand::check);
    AlluviumSettings settings = common.settings();
    Topics topics = new Topics(settings.namespace(), SchemaHistory.store());
    List<Right> rights =
        AccessRights.in(topics).all().stream()
            .filter(right -> roles.isEmpty() || roles.contains(right.role()))
            .toList();
    if (common.json()) {
      common.print(json(topics, rights));
    } else {
      print(settings.cluster().bootstrapServers(), topics, rights);
    }
    return ExitCodes.DONE;
  }

  private static void check(Role role, String principal) {
    if (!principal.matches("[A-Za-z]+:[^'\\n]+")) {
      throw CommandFailure.usage(
          "--principal %s=%s: expected a type and a name, such as User:alice"
              .formatted(role.label(), principal));
    }
  }

  private void print(String servers, Topics topics, List<Right> rights) {
    for (Role role : Role.values()) {
      List<Right> own = rights.stream().filter(right -> right.role() == role).toList();
      if (!own.isEmpty()) {
        common.out().println("# " + role.label());
      }
      for (Right right : own) {
        common
            .out()
            .println(
                "kafka-acls.sh --bootstrap-server '%s' --command-config '%s' %s # %s"
                    .formatted(
                        servers,
                        commandConfig,
                        right.arguments(principal(topics, role)),
                        right.why()));
      }
    }
    common.out().flush();
  }

  private ObjectNode json(Topics topics, List<Right> rights) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.put("namespace", topics.namespace());
    ArrayNode list = result.putArray("rights");
    for (Right right : rights) {
      ObjectNode node =
          list.addObject()
              .put("role", right.role().label())
              .put("principal", principal(topics, right.role()))
              .put("resource", right.resource().name().toLowerCase(Locale.ROOT))
              .put("pattern", right.pattern().name().toLowerCase(Locale.ROOT))
              .put("name", right.name());
      ArrayNode operations = node.putArray("operations");
      right
          .operations()
          .forEach(operation -> operations.add(operation.name().toLowerCase(Locale.ROOT)));
      node.put("why", right.why());
    }
    return result;
  }

  private String principal(Topics topics, Role role) {
    return principals.getOrDefault(role, "User:" + topics.id(role.label()));
  }
}
