package dev.alluvium.cli.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.alluvium.cli.command.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The runs that are done, a line of JSON each: what was interrupted goes on after them. */
final class RunLog {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private final Map<String, RunResult> byKey = new ConcurrentHashMap<>();

  /** Reads what is done. A last line without its end is of a run that was cut off, and goes. */
  RunLog(Path file) {
    this.file = file;
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      if (Files.exists(file)) {
        read(Files.readString(file));
      }
    } catch (IOException e) {
      throw new CommandFailure("the log of runs %s cannot be read: %s".formatted(file, e), e);
    }
  }

  private void read(String text) throws IOException {
    int end = text.lastIndexOf('\n') + 1;
    if (end < text.length()) {
      Files.writeString(file, text.substring(0, end));
    }
    List<String> lines = text.substring(0, end).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      try {
        RunResult result = JSON.readValue(lines.get(i), RunResult.class);
        byKey.put(result.key(), result);
      } catch (JsonProcessingException e) {
        throw new CommandFailure(
            "%s, line %d is no run: %s; remove the line, or name another --output"
                .formatted(file, i + 1, e.getOriginalMessage()),
            e);
      }
    }
  }

  /** The run of a key, if it is done. */
  Optional<RunResult> of(String key) {
    return Optional.ofNullable(byKey.get(key));
  }

  /** Adds a run that is done. */
  synchronized void add(RunResult result) {
    byKey.put(result.key(), result);
    try {
      Files.writeString(
          file,
          JSON.writeValueAsString(result) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new CommandFailure("a run cannot be added to %s: %s".formatted(file, e), e);
    }
  }
}
