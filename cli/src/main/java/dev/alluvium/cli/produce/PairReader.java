package dev.alluvium.cli.produce;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.pair.PairJson;
import dev.alluvium.schemas.pair.Reason;
import dev.alluvium.schemas.pair.RejectedException;
import dev.alluvium.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of one file to pairs. The first piece that fits a shape decides the shape of the file,
 * unless it was given.
 */
final class PairReader {
  private @Nullable Shape shape;

  /** A reader of one file. */
  PairReader(Optional<Shape> given) {
    this.shape = given.orElse(null);
  }

  /** Reads a piece, or says what is wrong with it. */
  Pair read(JsonPieces.Piece piece) throws Malformed {
    if (piece.tooLarge()) {
      throw new Malformed(
          Reason.OVERSIZED.code(),
          "larger than %d KiB, the most a pair may have".formatted(Topics.MAX_PAIR_BYTES / 1024));
    }
    try {
      String text = decode(piece.bytes());
      ObjectNode object = PairJson.parse(text);
      refuseHalfCharacters(text, object);
      return PairJson.read(shapeOf(object).toOwn(object));
    } catch (RejectedException e) {
      throw new Malformed(e.reason().code(), e.detail());
    }
  }

  private Shape shapeOf(ObjectNode object) throws Malformed {
    if (shape == null) {
      shape =
          Shape.of(object)
              .orElseThrow(
                  () ->
                      Malformed.shape(
                          "expected members instruction and response, instruction and output, conversations, or messages"));
    }
    if (!shape.fits(object)) {
      throw Malformed.shape("not of the shape %s like the rest of the file".formatted(shape));
    }
    return shape;
  }

  private static String decode(byte[] bytes) throws Malformed {
    ByteBuffer input = ByteBuffer.wrap(bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(input).toString();
    } catch (CharacterCodingException e) {
      throw new Malformed(
          Reason.NOT_UTF8.code(),
          "byte %d of the record is not UTF-8".formatted(input.position() + 1));
    }
  }

  /** An escape can name half a character; Avro would silently write a question mark for it. */
  private static void refuseHalfCharacters(String text, ObjectNode object) throws Malformed {
    if ((text.contains("\\ud") || text.contains("\\uD"))
        && !StandardCharsets.UTF_8.newEncoder().canEncode(object.toString())) {
      throw new Malformed(
          Reason.BAD_CHARACTER.code(), "an escape such as \\ud83d names half a character");
    }
  }
}
