package dev.alluvium.cli.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file that holds one value, as Docker and Kubernetes hand secrets out. */
final class ValueFile {
  /** No value is larger; a device without end is not read for ever. */
  private static final int MOST_BYTES = 1 << 20;

  private ValueFile() {}

  /** A file that holds no value; the message says why. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String why) {
      super(why, null, false, false);
    }
  }

  /** What the file holds, without the line break at its end. */
  static String read(String file) throws Unreadable {
    if (file.isEmpty()) {
      throw new Unreadable("expected the path of a file");
    }
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new Unreadable("it has more than %d bytes".formatted(MOST_BYTES));
      }
      return withoutLineBreak(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (NoSuchFileException e) {
      throw new Unreadable("no such file");
    } catch (AccessDeniedException e) {
      throw new Unreadable("permission denied");
    } catch (CharacterCodingException e) {
      throw new Unreadable("it is not UTF-8");
    } catch (InvalidPathException e) {
      throw new Unreadable("it is no path");
    } catch (IOException e) {
      throw new Unreadable(String.valueOf(e.getMessage()));
    }
  }

  private static String withoutLineBreak(String text) {
    String line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }
}
