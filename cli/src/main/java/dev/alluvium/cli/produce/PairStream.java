package dev.alluvium.cli.produce;

import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The pairs of one file, one after the other; what is malformed is told and passed over. */
public final class PairStream implements AutoCloseable {
  private final String name;
  private final InputStream in;
  private final JsonPieces pieces;
  private final PairReader reader = new PairReader(Optional.empty());
  private final Consumer<String> malformed;

  /**
   * Opens a file.
   *
   * @param malformed told about each piece that is no pair, with file and line
   */
  public PairStream(String file, Consumer<String> malformed) throws IOException {
    InputFile input = InputFile.of(file);
    this.name = input.name();
    this.in = input.open(new AtomicLong());
    this.pieces = new JsonPieces(in, Topics.MAX_PAIR_BYTES);
    this.malformed = malformed;
  }

  /** The next pair, or null at the end of the file. */
  public @Nullable Pair next() throws IOException {
    for (JsonPieces.Piece piece = pieces.next(); piece != null; piece = pieces.next()) {
      try {
        return reader.read(piece);
      } catch (Malformed e) {
        malformed.accept("%s:%d: %s: %s".formatted(name, piece.line(), e.code(), e.detail()));
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
