package dev.alluvium.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole flow as a newcomer sees it: processes, broker, real pairs, the shipped model. */
class DemoIT {
  private static final int RECORDS = 150;
  private static final int MINUTES = 5;

  @TempDir private Path directory;

  @Test
  void trainsRealPairsAndItsBooksAddUp() throws Exception {
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dalluvium.home=" + Path.of("..").toAbsolutePath().normalize(),
                "dev.alluvium.cli.Alluvium",
                "demo",
                "--json",
                "--records",
                Integer.toString(RECORDS),
                "--set",
                "curate.holdOut=0.2",
                "--dir",
                directory.resolve("demo").toString())
            .redirectError(directory.resolve("err").toFile())
            .start();
    String out = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(demo.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(demo.exitValue()).as(Files.readString(directory.resolve("err"))).isZero();

    JsonNode summary = new ObjectMapper().readTree(out);
    JsonNode pairs = summary.get("pairs");
    long sum = 0;
    for (String key :
        List.of(
            "rejected",
            "duplicates",
            "held_out",
            "waiting",
            "pooled",
            "expired",
            "queued",
            "quarantined",
            "trained")) {
      sum += pairs.get(key).asLong();
    }
    assertThat(pairs.get("produced").asLong()).isEqualTo(RECORDS).isEqualTo(sum);
    assertThat(pairs.get("trained").asLong()).isGreaterThan(RECORDS / 2);
    assertThat(pairs.get("held_out").asLong()).isPositive();
    assertThat(summary.get("windows").asLong()).isPositive();
    assertThat(summary.get("tokens_trained").asLong()).isPositive();
    assertThat(summary.get("loss").get("last").asDouble()).isPositive();
    assertThat(summary.get("version").asText()).isEqualTo("v000001");
    assertThat(Path.of(summary.get("adapter").asText()))
        .isDirectoryContaining("glob:**adapter_model.safetensors")
        .isDirectoryContaining("glob:**adapter_config.json");
    summary
        .get("probes")
        .properties()
        .forEach(
            skill ->
                assertThat(skill.getValue().get("after").get("perplexity").asDouble())
                    .as(skill.getKey())
                    .isLessThan(skill.getValue().get("before").get("perplexity").asDouble()));
  }
}
