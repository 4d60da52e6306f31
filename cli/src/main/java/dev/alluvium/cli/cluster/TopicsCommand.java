package dev.alluvium.cli.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.schemas.topic.Topic;
import dev.alluvium.schemas.topic.TopicProvisioner;
import dev.alluvium.schemas.topic.TopicProvisioner.Provisioned;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code alluvium topics}: the catalogue, and its topics on a cluster. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    description = "Create or list the topics of the catalogue; print who needs which rights.",
    subcommands = {TopicsCommand.Create.class, TopicsCommand.ListTopics.class, AclsCommand.class})
public final class TopicsCommand {

  /** Creates what is missing; run again, it changes nothing. */
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Create the topics that are missing. Changes nothing that is there.")
  static final class Create implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();

    @Override
    public Integer call() {
      AlluviumSettings settings = common.settings();
      Connection.check(settings.cluster());
      Cluster cluster = Cluster.of(settings);
      List<Provisioned> done =
          new TopicProvisioner(cluster.kafka(), cluster.topics())
              .create(settings.topics().copies());
      if (common.json()) {
        common.print(json(done));
      } else {
        Table table = new Table("TOPIC", "STATE", "DIFFERS FROM THE CATALOGUE");
        for (Provisioned topic : done) {
          table.row(
              topic.topic(),
              topic.created() ? "created" : "was there",
              String.join("; ", topic.differences()));
        }
        table.print(common.err());
      }
      return ExitCodes.DONE;
    }

    private static ObjectNode json(List<Provisioned> done) {
      ObjectNode result = JsonNodeFactory.instance.objectNode();
      ArrayNode topics = result.putArray("topics");
      for (Provisioned topic : done) {
        ObjectNode node = topics.addObject();
        node.put("topic", topic.topic()).put("created", topic.created());
        ArrayNode differences = node.putArray("differences");
        topic.differences().forEach(differences::add);
      }
      return result;
    }
  }

  /** Shows the catalogue and which of it the cluster has. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "List the topics of the catalogue and whether the cluster has them.")
  static final class ListTopics implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();

    @Override
    public Integer call() {
      AlluviumSettings settings = common.settings();
      Connection.check(settings.cluster());
      Cluster cluster = Cluster.of(settings);
      Set<String> missing =
          new HashSet<>(new TopicProvisioner(cluster.kafka(), cluster.topics()).missing());
      if (common.json()) {
        common.print(json(cluster, missing));
      } else {
        Table table =
            new Table("TOPIC", "PRESENT", "KEY", "VALUE", "PARTITIONS", "KEPT", "WRITTEN BY");
        for (Topic<?, ?> topic : cluster.topics().all()) {
          table.row(
              topic.name(),
              missing.contains(topic.name()) ? "no" : "yes",
              topic.key(),
              topic.record(),
              topic.partitions(),
              kept(topic.retention()),
              topic.writers());
        }
        table.print(common.err());
      }
      return ExitCodes.DONE;
    }

    private static String kept(@Nullable Duration retention) {
      return retention == null ? "newest of each key" : retention.toDays() + " d";
    }

    private static ObjectNode json(Cluster cluster, Set<String> missing) {
      ObjectNode result = JsonNodeFactory.instance.objectNode();
      ArrayNode topics = result.putArray("topics");
      for (Topic<?, ?> topic : cluster.topics().all()) {
        Duration retention = topic.retention();
        ObjectNode node = topics.addObject();
        node.put("topic", topic.name())
            .put("present", !missing.contains(topic.name()))
            .put("key", topic.key())
            .put("value", topic.record())
            .put("partitions", topic.partitions())
            .put("cleanup", topic.cleanup().name().toLowerCase(Locale.ROOT))
            .put("writers", topic.writers())
            .put("readers", topic.readers());
        if (retention != null) {
          node.put("retention_days", retention.toDays());
        }
      }
      return result;
    }
  }
}
