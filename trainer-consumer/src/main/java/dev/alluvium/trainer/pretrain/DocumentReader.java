package dev.alluvium.trainer.pretrain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** Reads the records of JSON Lines files one by one and counts those it cannot use. */
final class DocumentReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Path> files;

  DocumentReader(List<Path> files) {
    this.files = files;
  }

  /**
   * Gives every usable record to {@code records}, which answers with the reason why it cannot use
   * it, or an empty text.
   *
   * @return how many records were not used, by reason
   */
  Map<String, Long> read(Consumer<JsonNode> records) {
    Map<String, Long> skipped = new TreeMap<>();
    for (Path file : files) {
      try (BufferedReader lines = open(file)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          JsonNode record = parse(line);
          if (record.path("id").isTextual()
              && record.path("source").isTextual()
              && (record.path("text").isTextual()
                  || (record.path("instruction").isTextual()
                      && record.path("response").isTextual()))) {
            records.accept(record);
          } else if (!line.isBlank()) {
            skipped.merge("neither a text nor a pair", 1L, Long::sum);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(file + " cannot be read", e);
      }
    }
    return skipped;
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    boolean zipped = file.toString().endsWith(".gz");
    return new BufferedReader(
        new InputStreamReader(zipped ? new GZIPInputStream(bytes) : bytes, StandardCharsets.UTF_8));
  }
}
