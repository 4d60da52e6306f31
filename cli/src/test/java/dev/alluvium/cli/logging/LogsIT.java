package dev.alluvium.cli.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.JavaCommand;
import dev.alluvium.cli.testing.JsonLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What commands tell people, as JSON. That of a service, with what it logs, is in {@code
 * DashboardIT}.
 */
class LogsIT {
  @TempDir private Path directory;

  /** What a process wrote to stderr, and how it ended. */
  private record Ended(List<JsonNode> lines, int exitCode) {}

  @Test
  void aFailureIsOneObjectWithItsStackTrace() throws Exception {
    Path settings = Files.writeString(directory.resolve("a.yaml"), "log:\n  format: json\n");

    Ended ended =
        run(
            Map.of(),
            "produce",
            directory.resolve("nothing.jsonl").toString(),
            "--verbose",
            "--set",
            "namespace=team",
            "--config",
            settings.toString());

    assertThat(ended.exitCode()).isNotEqualTo(ExitCodes.DONE);
    JsonNode last = ended.lines().get(ended.lines().size() - 1);
    assertThat(last.get("message").asText())
        .startsWith("alluvium: ")
        .contains("nothing.jsonl", "\n\tat ");
    assertThat(last.get("namespace").asText()).isEqualTo("team");
    assertThat(last.get("process").asText()).isEqualTo("produce");
  }

  @Test
  void aCommandLineThatIsNotUnderstoodIsJsonWhereTheEnvironmentSaysSo() throws Exception {
    Ended ended = run(Map.of("ALLUVIUM_LOG_FORMAT", "json"), "nonsense");

    assertThat(ended.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(ended.lines()).anyMatch(line -> line.get("message").asText().contains("nonsense"));
  }

  private Ended run(Map<String, String> environment, String... arguments) throws Exception {
    List<String> line = new ArrayList<>(JavaCommand.start());
    line.addAll(List.of(arguments));
    Path stderr = directory.resolve("stderr");
    ProcessBuilder builder = new ProcessBuilder(line).redirectError(stderr.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).as("stdout").isEmpty();
    int exitCode = process.waitFor();
    return new Ended(JsonLines.of(Files.readString(stderr)), exitCode);
  }
}
