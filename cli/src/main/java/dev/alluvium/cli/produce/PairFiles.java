package dev.alluvium.cli.produce;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.schemas.avro.Pair;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Reads files of pairs for commands that do not send them. */
public final class PairFiles {
  private PairFiles() {}

  /**
   * Hands every pair of every file to the consumer.
   *
   * @param malformed told about each line that is no pair, with file and line
   * @throws CommandFailure when a file cannot be read
   */
  public static void read(List<String> files, Consumer<Pair> pairs, Consumer<String> malformed) {
    for (String file : files) {
      try (PairStream stream = new PairStream(file, malformed)) {
        for (Pair pair = stream.next(); pair != null; pair = stream.next()) {
          pairs.accept(pair);
        }
      } catch (IOException e) {
        throw new CommandFailure(file + ": cannot be read", e);
      }
    }
  }
}
