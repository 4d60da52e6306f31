package dev.alluvium.cli.produce;

import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The pairs of one file, one after the other; what is malformed is told and passed over. */
public final class PairStream implements AutoCloseable {
  private final String name;
  private final InputStream in;
  private final JsonPieces pieces;
  private final PairReader reader;
  private final BiConsumer<String, Malformed> malformed;
  private long line = 1;

  /**
   * Opens a file whose shape is found out.
   *
   * @param malformed told about each piece that is no pair, with file and line
   */
  public PairStream(String file, Consumer<String> malformed) throws IOException {
    this(
        InputFile.of(file),
        Optional.empty(),
        new AtomicLong(),
        (place, why) -> malformed.accept(why.at(place)));
  }

  /**
   * Opens an input.
   *
   * @param shape shape of its pairs; empty to find out
   * @param consumed grows by the bytes taken from disk
   * @param malformed told the place of each piece that is no pair, and why it is none
   */
  PairStream(
      InputFile input,
      Optional<Shape> shape,
      AtomicLong consumed,
      BiConsumer<String, Malformed> malformed)
      throws IOException {
    this.name = input.name();
    this.in = input.open(consumed);
    this.pieces = new JsonPieces(in, Topics.MAX_PAIR_BYTES);
    this.reader = new PairReader(shape);
    this.malformed = malformed;
  }

  /** The next pair, or null at the end of the file. */
  public @Nullable Pair next() throws IOException {
    for (JsonPieces.Piece piece = pieces.next(); piece != null; piece = pieces.next()) {
      line = piece.line();
      try {
        return reader.read(piece);
      } catch (Malformed e) {
        malformed.accept(place(), e);
      }
    }
    return null;
  }

  /** File and line of the pair given last. */
  public String place() {
    return name + ":" + line;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
