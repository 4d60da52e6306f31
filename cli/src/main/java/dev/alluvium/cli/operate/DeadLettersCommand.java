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
import java.time.Instant;
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
  /** More would not be read by anybody. */
  private static final int MAX_LIMIT = 10_000;

  private static final int EXCERPT_BYTES = 120;
  private static final int DETAIL_CHARS = 80;

  /**
   * What is shown of a dead letter. Its value, which may have megabytes, is not kept.
   *
   * @param time when it was written
   * @param stage where it was refused
   * @param reason why, as a code
   * @param detail why, for a person
   * @param source where the input stands
   * @param bytes size of its value
   * @param excerpt the value's beginning
   */
  private record Shown(
      Instant time,
      String stage,
      String reason,
      String detail,
      SourcePosition source,
      int bytes,
      String excerpt) {
    static Shown of(DeadLetter letter) {
      ByteBuffer value = letter.getValue();
      return new Shown(
          letter.getTime(),
          letter.getStage(),
          letter.getReason(),
          letter.getDetail(),
          letter.getSource(),
          value == null ? 0 : value.remaining(),
          value == null ? "" : excerpt(value));
    }

    private static String excerpt(ByteBuffer value) {
      byte[] bytes = new byte[Math.min(EXCERPT_BYTES, value.remaining())];
      value.duplicate().get(bytes);
      return new String(bytes, UTF_8);
    }
  }

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
      Deque<Shown> newest = new ArrayDeque<>();
      cluster
          .reader()
          .read(
              cluster.topics().deadLetters(),
              record -> {
                DeadLetter letter = record.value();
                if (reason == null || reason.equals(letter.getReason())) {
                  reasons.merge(letter.getReason(), 1L, Long::sum);
                  newest.addLast(Shown.of(letter));
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

    private void show(Map<String, Long> reasons, Deque<Shown> newest) {
      Table counts = new Table("REASON", "DEAD LETTERS");
      reasons.forEach(counts::row);
      counts.print(common.err());
      if (!newest.isEmpty()) {
        common.say("");
        Table letters = new Table("TIME", "STAGE", "REASON", "SOURCE", "DETAIL");
        for (Shown letter : newest) {
          String detail = letter.detail().replaceAll("\\s+", " ");
          letters.row(
              letter.time(),
              letter.stage(),
              letter.reason(),
              Place.of(letter.source()),
              detail.length() > DETAIL_CHARS ? detail.substring(0, DETAIL_CHARS) + "..." : detail);
        }
        letters.print(common.err());
      }
    }

    private static ObjectNode json(Map<String, Long> reasons, Deque<Shown> newest) {
      ObjectNode result = JsonNodeFactory.instance.objectNode();
      result.put("total", reasons.values().stream().mapToLong(Long::longValue).sum());
      ObjectNode counts = result.putObject("reasons");
      reasons.forEach(counts::put);
      ArrayNode entries = result.putArray("entries");
      for (Shown letter : newest) {
        entries
            .addObject()
            .put("time", letter.time().toString())
            .put("stage", letter.stage())
            .put("reason", letter.reason())
            .put("detail", letter.detail())
            .put("topic", letter.source().getTopic())
            .put("partition", letter.source().getPartition())
            .put("offset", letter.source().getOffset())
            .put("bytes", letter.bytes())
            .put("excerpt", letter.excerpt());
      }
      return result;
    }
  }
}
