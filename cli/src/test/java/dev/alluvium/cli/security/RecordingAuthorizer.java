package dev.alluvium.cli.security;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/** Kafka's own access control, which remembers what was asked of it and allowed. */
public final class RecordingAuthorizer extends StandardAuthorizer {
  private static final Set<Use> USES = ConcurrentHashMap.newKeySet();

  /** Something that a user did. */
  private record Use(String user, ResourceType resource, String name, AclOperation operation) {}

  /** Whether a user has done something with a resource, or with any whose name begins so. */
  static boolean used(
      String user, ResourceType resource, PatternType pattern, String name, AclOperation done) {
    return USES.stream()
        .filter(use -> use.user().equals(user) && use.resource() == resource)
        .filter(use -> use.operation() == done)
        .anyMatch(
            use ->
                pattern == PatternType.PREFIXED
                    ? use.name().startsWith(name)
                    : use.name().equals(name));
  }

  @Override
  public List<AuthorizationResult> authorize(
      AuthorizableRequestContext context, List<Action> actions) {
    List<AuthorizationResult> results = super.authorize(context, actions);
    List<Use> allowed = new ArrayList<>();
    for (int i = 0; i < actions.size(); i++) {
      Action action = actions.get(i);
      // What is only told to a client, which operations it might do, is not to be logged.
      if (results.get(i) == AuthorizationResult.ALLOWED && action.logIfAllowed()) {
        allowed.add(
            new Use(
                context.principal().getName(),
                action.resourcePattern().resourceType(),
                action.resourcePattern().name(),
                action.operation()));
      }
    }
    USES.addAll(allowed);
    return results;
  }
}
