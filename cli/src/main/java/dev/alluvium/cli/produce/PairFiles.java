package dev.alluvium.cli.produce;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
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
      InputFile input = InputFile.of(file);
      PairReader reader = new PairReader(Optional.empty());
      try (InputStream in = input.open(new AtomicLong())) {
        JsonPieces pieces = new JsonPieces(in, Topics.MAX_PAIR_BYTES);
        for (JsonPieces.Piece piece = pieces.next(); piece != null; piece = pieces.next()) {
          try {
            pairs.accept(reader.read(piece));
          } catch (Malformed e) {
            malformed.accept(
                "%s:%d: %s: %s".formatted(input.name(), piece.line(), e.code(), e.detail()));
          }
        }
      } catch (IOException e) {
        throw new CommandFailure(input.name() + ": cannot be read", e);
      }
    }
  }
}
