package dev.alluvium.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.IntStream;

/** SHA-256 digests, written in hexadecimal. */
public final class Digests {
  /** Most texts are short, and the mixer feeds twenty of them for each example. */
  private static final byte[][] LENGTHS =
      IntStream.range(0, 1024).mapToObj(Digests::length).toArray(byte[][]::new);

  /** Never fed: to copy it costs less than to have it looked up among the providers. */
  private static final MessageDigest FRESH = lookedUp();

  private Digests() {}

  /** A fresh SHA-256, to be fed piece by piece. */
  public static MessageDigest sha256() {
    try {
      return (MessageDigest) FRESH.clone();
    } catch (CloneNotSupportedException e) {
      return lookedUp();
    }
  }

  private static MessageDigest lookedUp() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Digest of some bytes: 64 hexadecimal digits. */
  public static String sha256(byte[] bytes) {
    return hex(sha256().digest(bytes));
  }

  /** Digest of a file, as {@code sha256sum} prints it. */
  public static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      Files.copy(file, sink);
    }
    return hex(digest.digest());
  }

  /** Digest of several texts; each is preceded by its length, so that no two lists collide. */
  public static String sha256(String... parts) {
    MessageDigest digest = sha256();
    for (String part : parts) {
      add(digest, part);
    }
    return hex(digest.digest());
  }

  /** Feeds a text, preceded by its length in bytes of UTF-8. */
  public static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    digest.update(bytes.length < LENGTHS.length ? LENGTHS[bytes.length] : length(bytes.length));
    digest.update(bytes);
  }

  private static byte[] length(int bytes) {
    return (bytes + ":").getBytes(UTF_8);
  }

  /** Bytes as hexadecimal digits. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
