package dev.alluvium.cli.produce;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into the JSON values it consists of: one a line, the elements of one array, or
 * objects written over several lines. Holds one piece in memory and never more of it than the
 * limit; what is malformed becomes a piece too, so that the reader can report it and go on.
 */
final class JsonPieces {
  private static final int BUFFER = 1 << 16;
  private static final int END = -1;
  private static final int[] BYTE_ORDER_MARK = {0xEF, 0xBB, 0xBF};

  private final InputStream in;
  private final int limit;
  private final byte[] buffer = new byte[BUFFER];
  private int next;
  private int filled;
  private long line = 1;
  private @Nullable Mode mode;

  private enum Mode {
    LINES,
    ARRAY,
    OBJECTS,
    AFTER_ARRAY
  }

  /**
   * One value, or what stands in its place.
   *
   * @param line line it begins on, from 1
   * @param bytes its bytes, cut at the limit
   * @param tooLarge true when it was cut
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier; nobody compares or changes it
  record Piece(long line, byte[] bytes, boolean tooLarge) {}

  /** Pieces of a stream, none of which keeps more than so many bytes. */
  JsonPieces(InputStream in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /** The next piece, or null at the end. */
  @Nullable Piece next() throws IOException {
    if (mode == null) {
      skipByteOrderMark();
      skipSpace();
      if (peek() == '[') {
        read();
        mode = Mode.ARRAY;
      } else {
        mode = Mode.LINES;
        Piece first = nextLine();
        if (first == null || first.tooLarge() || !looksUnfinished(first)) {
          return first;
        }
        mode = Mode.OBJECTS;
        Value begun = new Value(first);
        begun.accept('\n');
        return value(begun);
      }
    }
    return switch (mode) {
      case LINES -> nextLine();
      case ARRAY -> nextElement();
      case OBJECTS -> nextObject();
      case AFTER_ARRAY -> nextObject();
    };
  }

  private @Nullable Piece nextLine() throws IOException {
    while (peek() != END) {
      Value value = new Value(line);
      for (int b = read(); b != END && b != '\n'; b = read()) {
        value.append(b);
      }
      Piece piece = value.piece();
      if (!isBlank(piece.bytes())) {
        return piece;
      }
    }
    return null;
  }

  private @Nullable Piece nextElement() throws IOException {
    skipSpace();
    while (peek() == ',') {
      read();
      skipSpace();
    }
    if (peek() == ']') {
      read();
      mode = Mode.AFTER_ARRAY;
      return nextObject();
    }
    if (peek() == END) {
      mode = Mode.AFTER_ARRAY;
      return new Value(line).piece();
    }
    return value(new Value(line));
  }

  private @Nullable Piece nextObject() throws IOException {
    skipSpace();
    return peek() == END ? null : value(new Value(line));
  }

  /** Reads on until the value is complete. */
  private Piece value(Value value) throws IOException {
    while (!value.complete) {
      int b = peek();
      boolean scalarEnds = value.depth == 0 && !value.inString && value.size > 0 && isDelimiter(b);
      if (b == END || scalarEnds) {
        break;
      }
      value.accept(read());
    }
    return value.piece();
  }

  /** A first line that stops right after an opening or a separator goes on on the next line. */
  private boolean looksUnfinished(Piece first) {
    Value value = new Value(first);
    byte[] bytes = first.bytes();
    int last = bytes.length - 1;
    while (last > 0 && isSpace(bytes[last])) {
      last--;
    }
    return bytes[0] == '{' && !value.complete && "{[,:".indexOf(bytes[last]) >= 0;
  }

  private void skipByteOrderMark() throws IOException {
    for (int expected : BYTE_ORDER_MARK) {
      if (peek() != expected) {
        return;
      }
      read();
    }
  }

  private void skipSpace() throws IOException {
    while (isSpace(peek())) {
      read();
    }
  }

  private int peek() throws IOException {
    if (next == filled) {
      filled = Math.max(0, in.read(buffer));
      next = 0;
    }
    return next == filled ? END : buffer[next] & 0xFF;
  }

  private int read() throws IOException {
    int b = peek();
    if (b != END) {
      next++;
      if (b == '\n') {
        line++;
      }
    }
    return b;
  }

  private static boolean isSpace(int b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r';
  }

  private static boolean isDelimiter(int b) {
    return isSpace(b) || b == ',' || b == ']';
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte b : bytes) {
      if (!isSpace(b)) {
        return false;
      }
    }
    return true;
  }

  /** A value being collected; knows when its brackets are balanced. */
  private final class Value {
    private final long firstLine;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long size;
    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean complete;

    Value(long firstLine) {
      this.firstLine = firstLine;
    }

    Value(Piece begun) {
      this(begun.line());
      for (byte b : begun.bytes()) {
        accept(b & 0xFF);
      }
    }

    void append(int b) {
      size++;
      if (size <= limit) {
        kept.write(b);
      }
    }

    void accept(int b) {
      append(b);
      if (inString) {
        acceptInString(b);
      } else if (b == '"') {
        inString = true;
      } else if (b == '{' || b == '[') {
        depth++;
      } else if (b == '}' || b == ']') {
        depth--;
        complete = depth <= 0;
      }
    }

    private void acceptInString(int b) {
      if (escaped) {
        escaped = false;
      } else if (b == '\\') {
        escaped = true;
      } else if (b == '"' || b == '\n') {
        // JSON has no line break inside a text: ending it here keeps one forgotten quote from
        // swallowing the values that follow.
        inString = false;
      }
    }

    Piece piece() {
      return new Piece(firstLine, kept.toByteArray(), size > limit);
    }
  }
}
