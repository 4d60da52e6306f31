package dev.alluvium.cli.operate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.cluster.Connection;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.SourcePosition;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alluvium dead-letters}: inputs that could not be used, and why. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    description = "Show inputs that could not be used.",
    subcommands = DeadLettersCommand.ListLetters.class)
public final class DeadLettersCommand {
  /** More would not be read by anybody and must fit in memory. */
  private static final int MAX_LIMIT = 10_000;

  private static final int EXCERPT_BYTES = 120;
  private static final int DETAIL_CHARS = 80;

  /** Counts all and shows the newest. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Count dead letters by reason and show the newest.")
  static final class ListLetters implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();

    @Option(names = "--reason", description = "Only dead letters with this reason.")
    private @Nullable String reason;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "20",
        description = "Show at most so many, the newest. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Override
    public Integer call() {
      if (limit < 0 || limit > MAX_LIMIT) {
        throw CommandFailure.usage("--limit is %d: expected 0 to %d".formatted(limit, MAX_LIMIT));
      }
      Cluster cluster = Cluster.of(common.settings());
      Connection.check(cluster.kafka());
      Map<String, Long> reasons = new TreeMap<>();
      Deque<DeadLetter> newest = new ArrayDeque<>();
      cluster
          .reader()
          .read(
              cluster.topics().deadLetters(),
              record -> {
                DeadLetter letter = record.value();
                if (reason == null || reason.equals(letter.getReason())) {
                  reasons.merge(letter.getReason(), 1L, Long::sum);
                  newest.addLast(letter);
                }
                if (newest.size() > limit) {
                  newest.removeFirst();
                }
              });
      if (common.json()) {
        common.print(json(reasons, newest));
      } else {
        show(reasons, newest);
      }
      return ExitCodes.DONE;
    }

    private void show(Map<String, Long> reasons, Deque<DeadLetter> newest) {
      Table counts = new Table("REASON", "DEAD LETTERS");
      reasons.forEach(counts::row);
      counts.print(common.err());
      if (!newest.isEmpty()) {
        common.say("");
        Table letters = new Table("TIME", "STAGE", "REASON", "SOURCE", "DETAIL");
        for (DeadLetter letter : newest) {
          String detail = letter.getDetail().replaceAll("\\s+", " ");
          letters.row(
              letter.getTime(),
              letter.getStage(),
              letter.getReason(),
              place(letter.getSource()),
              detail.length() > DETAIL_CHARS ? detail.substring(0, DETAIL_CHARS) + "..." : detail);
        }
        letters.print(common.err());
      }
    }

    private static ObjectNode json(Map<String, Long> reasons, Deque<DeadLetter> newest) {
      ObjectNode result = JsonNodeFactory.instance.objectNode();
      result.put("total", reasons.values().stream().mapToLong(Long::longValue).sum());
      ObjectNode counts = result.putObject("reasons");
      reasons.forEach(counts::put);
      ArrayNode entries = result.putArray("entries");
      for (DeadLetter letter : newest) {
        ByteBuffer value = letter.getValue();
        entries
            .addObject()
            .put("time", letter.getTime().toString())
            .put("stage", letter.getStage())
            .put("reason", letter.getReason())
            .put("detail", letter.getDetail())
            .put("topic", letter.getSource().getTopic())
            .put("partition", letter.getSource().getPartition())
            .put("offset", letter.getSource().getOffset())
            .put("bytes", value == null ? 0 : value.remaining())
            .put("excerpt", value == null ? "" : excerpt(value));
      }
      return result;
    }

    private static String place(SourcePosition source) {
      return "%s-%d@%d".formatted(source.getTopic(), source.getPartition(), source.getOffset());
    }

    private static String excerpt(ByteBuffer value) {
      byte[] bytes = new byte[Math.min(EXCERPT_BYTES, value.remaining())];
      value.duplicate().get(bytes);
      return new String(bytes, UTF_8);
    }
  }
}
