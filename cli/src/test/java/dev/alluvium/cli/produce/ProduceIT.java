package dev.alluvium.cli.produce;

import static dev.alluvium.cli.testing.Cli.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.SharedBroker;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.pair.PairDecoder;
import dev.alluvium.schemas.pair.RegisteredSchemas;
import dev.alluvium.schemas.pair.RejectedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Files into {@code pairs.v1} on a real broker. */
class ProduceIT {
  private static final String SERVERS =
      "kafka.bootstrap.servers=" + SharedBroker.bootstrapServers();

  @TempDir private Path directory;

  private record Sent(String key, Pair pair) {}

  @Test
  void sendsEveryShapeCompressedOrNot() {
    createTopics("shapes");
    String own = file("own.jsonl", "{\"id\":\"a\",\"instruction\":\"1\",\"response\":\"x\"}\n");
    String alpaca =
        file("alpaca.json", "[{\"instruction\":\"2\",\"input\":\"\",\"output\":\"x\"}]");
    String sharegpt =
        gzip(
            "sharegpt.jsonl.gz",
            "{\"conversations\":[{\"from\":\"human\",\"value\":\"3\"},{\"from\":\"gpt\",\"value\":\"x\"}]}\n");
    String messages =
        gzip(
            "no-ending",
            "{\n\"messages\": [{\"role\":\"user\",\"content\":\"4\"},\n"
                + "{\"role\":\"assistant\",\"content\":\"x\"}]}");

    Cli.Result result = produce("shapes", own, alpaca, sharegpt, messages);

    assertThat(result.exitCode()).isEqualTo(ExitCodes.DONE);
    assertThat(result.json().get("produced").asLong()).isEqualTo(4);
    assertThat(result.json().get("malformed").asLong()).isZero();
    List<Sent> sent = sent("shapes");
    assertThat(sent)
        .extracting(s -> s.pair().getInstruction())
        .containsExactlyInAnyOrder("1", "2", "3", "4");
    assertThat(sent).allMatch(s -> s.pair().getResponse().equals("x"));
    assertThat(sent)
        .filteredOn(s -> s.pair().getInstruction().equals("1"))
        .allMatch(s -> s.key().equals("a"));
    assertThat(sent)
        .filteredOn(s -> s.pair().getId() == null)
        .hasSize(3)
        .allMatch(s -> s.key().matches("[0-9a-f]{64}"));
  }

  @Test
  void malformedLinesAreReportedWithTheirPlaceAndTheRestGoesOn() throws IOException {
    createTopics("malformed");
    Path file = directory.resolve("mixed.jsonl");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(utf8("{\"instruction\":\"1\",\"response\":\"x\"}\n"));
    bytes.write(utf8("{\"instruction\":\n"));
    bytes.write(new byte[] {(byte) 0xFF, '\n'});
    bytes.write(utf8("{\"instruction\":\"" + "x".repeat(600_000) + "\",\"response\":\"x\"}\n"));
    bytes.write(utf8("{\"foo\":1}\n"));
    bytes.write(utf8("{\"instruction\":\"2\",\"response\":\"x\"}"));
    Files.write(file, bytes.toByteArray());

    Cli.Result result = produce("malformed", file.toString());
    Cli.Result strict = produce("malformed", file.toString(), "--strict");

    assertThat(result.exitCode()).isEqualTo(ExitCodes.DONE);
    assertThat(strict.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(result.json().get("produced").asLong()).isEqualTo(2);
    assertThat(result.json().get("malformed").asLong()).isEqualTo(4);
    assertThat(result.json().get("malformed_by_reason").toString())
        .isEqualTo("{\"bad_json\":1,\"not_utf8\":1,\"oversized\":1,\"wrong_shape\":1}");
    assertThat(result.err())
        .contains(file + ":2: bad_json")
        .contains(file + ":3: not_utf8")
        .contains(file + ":4: oversized")
        .contains(file + ":5: wrong_shape");
  }

  @Test
  void aTruncatedGzipFileIsReportedAndWhatWasReadIsProduced() throws IOException {
    createTopics("truncated");
    Path whole =
        Path.of(gzip("whole.gz", "{\"instruction\":\"1\",\"response\":\"x\"}\n".repeat(5_000)));
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(directory.resolve("cut.gz"), Arrays.copyOf(bytes, bytes.length - 20));

    Cli.Result result = produce("truncated", cut.toString());

    assertThat(result.exitCode()).isEqualTo(ExitCodes.DONE);
    assertThat(result.json().get("produced").asLong()).isPositive();
    assertThat(result.json().get("malformed_by_reason").get("unreadable").asLong()).isEqualTo(1);
    assertThat(result.err()).contains("cannot be read further");
  }

  @Test
  void optionsReplaceSkillAndSourceAndStopAtTheLimit() {
    createTopics("options");
    String file =
        file(
            "many.jsonl",
            "{\"instruction\":\"1\",\"response\":\"x\",\"skill\":\"code\"}\n".repeat(10));

    Cli.Result result =
        produce("options", file, "--skill", "math", "--source", "here", "--probes", "--limit", "3");

    assertThat(result.json().get("produced").asLong()).isEqualTo(3);
    assertThat(sent("options"))
        .hasSize(3)
        .allMatch(s -> "math".equals(s.pair().getSkill()) && "here".equals(s.pair().getSource()))
        .allMatch(s -> s.pair().getProbe());
  }

  @Test
  void theRateIsKept() {
    createTopics("rate");
    String file = file("ten.jsonl", "{\"instruction\":\"1\",\"response\":\"x\"}\n".repeat(11));

    Cli.Result result = produce("rate", file, "--rate", "20/s");

    assertThat(result.json().get("produced").asLong()).isEqualTo(11);
    assertThat(result.json().get("seconds").asDouble()).isGreaterThanOrEqualTo(0.5);
  }

  @Test
  void nothingProducedIsAFailure() {
    createTopics("nothing");

    assertThat(produce("nothing", file("empty.jsonl", "\n")).exitCode())
        .isEqualTo(ExitCodes.FAILED);
  }

  @Test
  void missingTopicsAreSaidPlainly() {
    Cli.Result result = produce("absent", file("a.jsonl", "{}"));

    assertThat(result.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(result.err()).contains("absent.pairs.v1 is not there: run `alluvium topics create`");
  }

  @Test
  void whereAnAnswerIsWaitedForTheyAreSaidPlainlyToo() {
    Cli.Result result = Cli.run("policy", "show", "--set", SERVERS, "--set", "namespace=absent");

    assertThat(result.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(result.err()).contains("is not there: run `alluvium topics create`");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPipeIsRead() throws Exception {
    createTopics("piped");
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Process writer =
        new ProcessBuilder(
                "sh",
                "-c",
                "echo '{\"instruction\":\"a\",\"response\":\"b\"}' > \"$0\"",
                pipe.toString())
            .start();

    Cli.Result result = produce("piped", pipe.toString());

    assertThat(writer.waitFor()).isZero();
    assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCodes.DONE);
    assertThat(result.json().get("produced").asInt()).isEqualTo(1);
  }

  @Test
  void aDirectoryIsNoFile() {
    Cli.Result result = produce("nothing", directory.toString());

    assertThat(result.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(result.err()).contains("is a directory, expected a file");
  }

  private static void createTopics(String namespace) {
    assertThat(
            Cli.run("topics", "create", "--set", SERVERS, "--set", "namespace=" + namespace)
                .exitCode())
        .isEqualTo(ExitCodes.DONE);
  }

  private static Cli.Result produce(String namespace, String... args) {
    List<String> line =
        new ArrayList<>(
            List.of("produce", "--json", "--set", SERVERS, "--set", "namespace=" + namespace));
    line.addAll(List.of(args));
    return Cli.run(line.toArray(String[]::new));
  }

  private static List<Sent> sent(String namespace) {
    Cluster cluster = Cluster.of(KafkaSettings.at(SharedBroker.bootstrapServers()), namespace);
    PairDecoder decoder = new PairDecoder(cluster.schemas(), RegisteredSchemas.ownOnly());
    List<Sent> sent = new ArrayList<>();
    cluster
        .reader()
        .read(
            cluster.topics().pairs(),
            record -> {
              try {
                sent.add(new Sent(new String(record.key(), UTF_8), decoder.decode(record.value())));
              } catch (RejectedException e) {
                throw new AssertionError(e);
              }
            });
    return sent;
  }

  private String file(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String gzip(String name, String text) {
    Path file = directory.resolve(name);
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(utf8(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toString();
  }
}
