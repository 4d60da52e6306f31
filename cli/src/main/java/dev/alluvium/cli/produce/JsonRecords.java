package dev.alluvium.cli.produce;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.schemas.pair.PairJson;
import dev.alluvium.schemas.pair.RejectedException;
import dev.alluvium.schemas.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The JSON objects of a file of any shape that {@code produce} reads, for commands with records of
 * their own.
 */
public final class JsonRecords {
  private JsonRecords() {}

  /** Takes one record. */
  public interface Reader {
    /**
     * Called for each record in order.
     *
     * @param line line it begins on, from 1
     * @param object the record, or null when it is none
     * @param problem why it is none, or null
     */
    void record(long line, @Nullable ObjectNode object, @Nullable String problem);
  }

  /**
   * Reads a file, compressed by gzip or not, or stdin for {@code -}.
   *
   * @throws CommandFailure when the file cannot be read
   */
  public static void read(String file, Reader reader) {
    InputFile input = InputFile.of(file);
    try (InputStream in = input.open(new AtomicLong())) {
      // Two texts and their tests: more than one pair.
      JsonPieces pieces = new JsonPieces(in, 2 * Topics.MAX_PAIR_BYTES);
      for (JsonPieces.Piece piece = pieces.next(); piece != null; piece = pieces.next()) {
        one(piece, reader);
      }
    } catch (IOException e) {
      throw new CommandFailure(file + ": cannot be read", e);
    }
  }

  private static void one(JsonPieces.Piece piece, Reader reader) {
    if (piece.tooLarge()) {
      reader.record(piece.line(), null, "too large");
      return;
    }
    ObjectNode object;
    try {
      object = PairJson.parse(new String(piece.bytes(), StandardCharsets.UTF_8));
    } catch (RejectedException e) {
      reader.record(piece.line(), null, e.reason().code() + ": " + e.detail());
      return;
    }
    reader.record(piece.line(), object, null);
  }
}
