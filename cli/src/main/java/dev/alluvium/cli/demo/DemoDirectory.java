package dev.alluvium.cli.demo;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.process.TempDirectory;
import dev.alluvium.trainer.files.DurableDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything one demo writes: {@code work/} with the broker's log, state stores, checkpoints, logs
 * and temporary files, and beside it, when all went well, {@code adapter/}. Work goes at the end
 * unless it is to be kept.
 */
final class DemoDirectory implements AutoCloseable {
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private final Path root;
  private final boolean keep;

  private DemoDirectory(Path root, boolean keep) {
    this.root = root;
    this.keep = keep;
  }

  /**
   * Makes the directory.
   *
   * @param given where; empty for a new one below {@code .alluvium/demo}
   * @param keep whether work stays
   */
  static DemoDirectory create(Optional<Path> given, Path home, boolean keep) {
    Path root =
        given
            .orElseGet(
                () ->
                    home.resolve(".alluvium")
                        .resolve("demo")
                        .resolve(
                            "%s-%d"
                                .formatted(
                                    ZonedDateTime.now(ZoneId.systemDefault()).format(STAMP),
                                    ProcessHandle.current().pid())))
            .toAbsolutePath();
    try {
      Files.createDirectories(root);
      try (Stream<Path> inside = Files.list(root)) {
        if (inside.findAny().isPresent()) {
          throw new CommandFailure(root + " is not empty: name a new directory with --dir");
        }
      }
      for (String part : List.of("broker", "streams", "store", "logs", "tmp")) {
        Files.createDirectories(root.resolve("work").resolve(part));
      }
    } catch (IOException e) {
      throw new CommandFailure(root + " cannot be made", e);
    }
    return new DemoDirectory(root, keep);
  }

  /** One of the parts of {@code work/}. */
  Path work(String part) {
    return root.resolve("work").resolve(part);
  }

  /** The directory itself. */
  Path root() {
    return root;
  }

  /** Puts a version where it stays, and says where that is. */
  Path keepAdapter(Path version) {
    if (keep) {
      return version;
    }
    return DurableDirectory.copy(version, root.resolve("adapter"));
  }

  @Override
  public void close() {
    if (!keep) {
      TempDirectory.delete(root.resolve("work"));
      try (Stream<Path> left = Files.list(root)) {
        if (left.findAny().isEmpty()) {
          Files.delete(root);
        }
      } catch (IOException e) {
        throw new CommandFailure(root + " cannot be removed", e);
      }
    }
  }
}
