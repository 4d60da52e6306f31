package dev.alluvium.cli.bench.streams;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import dev.alluvium.cli.config.AlluviumSettings;
import dev.alluvium.cli.config.SettingsLoader;
import dev.alluvium.cli.process.Lifetime;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alluvium bench streams}: curate or mix beside a transactional copy of as many bytes. */
@Command(
    name = "streams",
    mixinStandardHelpOptions = true,
    description = {
      "Measure curate or mix beside a transactional consume-produce loop that writes the same",
      "number of bytes to the same broker with the same client settings. Starts a broker of its",
      "own and removes it. --set changes the stage, as in `alluvium streams`."
    })
public final class BenchStreamsCommand implements Callable<Integer> {
  private static final int MAX_RECORD_BYTES = 256 * 1024;
  private static final int MAX_PARTITIONS = 64;
  private static final int MAX_RECORDS = 10_000_000;
  private static final int MAX_ROUNDS = 99;

  @Mixin private CommonOptions common = new CommonOptions();

  /** What can be measured. */
  enum StageName {
    CURATE,
    MIX
  }

  /** Whether a model is asked. */
  enum Asking {
    OFF,
    IMMEDIATE
  }

  @Option(names = "--stage", required = true, description = "curate or mix.")
  private StageName stage = StageName.CURATE;

  @Option(
      names = "--records",
      defaultValue = "20000",
      description = "Pairs or candidates of each round. Default: ${DEFAULT-VALUE}.")
  private int records;

  @Option(
      names = "--record-bytes",
      defaultValue = "1024",
      description = "About the size of an encoded pair. Default: ${DEFAULT-VALUE}.")
  private int recordBytes;

  @Option(
      names = "--partitions",
      defaultValue = "6",
      description =
          "Partitions of the pairs and of what curate asks and is told. The ledger has one."
              + " Default: ${DEFAULT-VALUE}.")
  private int partitions;

  @Option(
      names = "--warm-ups",
      defaultValue = "8",
      description =
          "Most rounds before those that count; one that is hardly quicker than the best before it"
              + " ends the warm-up. Default: ${DEFAULT-VALUE}.")
  private int warmUps;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Rounds to measure; medians are told. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--s3ft",
      defaultValue = "off",
      description = {
        "curate only: off, or immediate: a model is asked, and a responder in this process answers",
        "at once, seven of eight times right. Default: ${DEFAULT-VALUE}."
      })
  private Asking s3ft = Asking.OFF;

  @Override
  public Integer call() throws Exception {
    check();
    StreamsResult result;
    try (Lifetime lifetime = Lifetime.untilSignal()) {
      result =
          new StreamsBench(
                  stage == StageName.MIX ? new MixStage() : new CurateStage(asks()),
                  new StreamsBench.Plan(records, recordBytes, partitions, warmUps, rounds),
                  settings(),
                  lifetime,
                  common.err())
              .run();
    }
    if (common.json()) {
      common.print(json(result));
    } else {
      print(result);
    }
    return ExitCodes.DONE;
  }

  private boolean asks() {
    return s3ft == Asking.IMMEDIATE;
  }

  private void check() {
    within("--records", records, MAX_RECORDS);
    within("--record-bytes", recordBytes, MAX_RECORD_BYTES);
    within("--partitions", partitions, MAX_PARTITIONS);
    within("--warm-ups", warmUps, MAX_ROUNDS);
    within("--rounds", rounds, MAX_ROUNDS);
    if (stage == StageName.MIX && asks()) {
      throw CommandFailure.usage("--s3ft immediate is for --stage curate: mix asks no model");
    }
  }

  private static void within(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw CommandFailure.usage("%s is %d: expected 1 to %d".formatted(option, value, most));
    }
  }

  /**
   * What the measurement needs, under the user's own settings: windows that close on their count
   * alone and replay nothing, so that as many examples come out as went in, and as many requests
   * out as it takes for the round trip through the broker not to be what is measured.
   */
  private AlluviumSettings settings() {
    Map<String, String> told = new LinkedHashMap<>();
    told.put("mix.windowTokens", "8000000");
    told.put("mix.replay.share", "0");
    told.put("s3ft.maxInFlight", "4000");
    told.putAll(common.set());
    told.put("s3ft.mode", asks() ? "s3ft" : "off");
    return new SettingsLoader(System.getenv()).load(common.config(), told).settings();
  }

  private ObjectNode json(StreamsResult result) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("stage", name(stage));
    json.put("records_per_second", result.median(r -> r.stage().recordsPerSecond()));
    json.put("copy_records_per_second", result.median(r -> r.copy().recordsPerSecond()));
    json.put("ratio", result.median(StreamsResult.Round::ratio));
    json.put("cpu_us_per_record", result.median(r -> r.stage().cpuMicrosPerRecord()));
    json.put("copy_cpu_us_per_record", result.median(r -> r.copy().cpuMicrosPerRecord()));
    json.put("record_bytes", result.median(r -> r.stage().recordBytes()));
    json.put("broker_bytes", Math.round(result.median(r -> r.stage().brokerBytes())));
    json.put("copy_broker_bytes", Math.round(result.median(r -> r.copy().brokerBytes())));
    json.put("partitions", partitions);
    json.put("s3ft", name(s3ft));
    json.put("records", records);
    json.put("rounds", rounds);
    ObjectNode counts = json.putObject("results");
    result.rounds().get(rounds - 1).counts().forEach(counts::put);
    result.peakMemoryMb().ifPresent(mb -> json.put("peak_rss_mb", mb));
    result.brokerPeakMemoryMb().ifPresent(mb -> json.put("broker_peak_rss_mb", mb));
    return json;
  }

  private void print(StreamsResult result) {
    Table table =
        new Table(
            "round", name(stage) + " records/s", "copy records/s", "ratio", "stored", "copied");
    int number = 0;
    for (StreamsResult.Round round : result.rounds()) {
      number++;
      table.row(
          number,
          whole(round.stage().recordsPerSecond()),
          whole(round.copy().recordsPerSecond()),
          String.format(Locale.ROOT, "%.2f", round.ratio()),
          whole(round.stage().brokerBytes()),
          whole(round.copy().brokerBytes()));
    }
    table.print(common.out());
    common
        .out()
        .printf(
            Locale.ROOT,
            "%s of %,.0f-byte records: %,.0f records/s, %.2f of a transactional copy of as many bytes%n",
            name(stage),
            result.median(r -> r.stage().recordBytes()),
            result.median(r -> r.stage().recordsPerSecond()),
            result.median(StreamsResult.Round::ratio))
        .flush();
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
