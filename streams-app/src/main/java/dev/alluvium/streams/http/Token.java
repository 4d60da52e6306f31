package dev.alluvium.streams.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.alluvium.streams.config.Listening;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that lets people in. A browser keeps a session instead: its end and a keyed hash of
 * it, which every instance with the same token accepts and which does not give the token away. All
 * comparisons take the same time whatever differs.
 */
public final class Token {
  /** A shorter one can be guessed. */
  static final int LEAST_CHARACTERS = 16;

  /** How long a session lasts. */
  public static final Duration SESSION = Duration.ofDays(7);

  private static final String MAC = "HmacSHA256";

  private final byte[] secret;
  private final InstantSource clock;

  private Token(String secret, InstantSource clock) {
    this.secret = secret.getBytes(UTF_8);
    this.clock = clock;
  }

  /**
   * Reads it from where the settings say it is.
   *
   * @param environment variables of the process
   * @return nothing when the settings name no place
   * @throws IllegalArgumentException when there is no token at the place they name, or a short one
   */
  public static Optional<Token> read(
      Listening settings, Map<String, String> environment, InstantSource clock) {
    String file = settings.tokenFile();
    String variable = settings.tokenVariable();
    if (!file.isEmpty()) {
      String setting = settings.key() + ".tokenFile";
      return Optional.of(checked(setting, file, contents(setting, file), clock));
    }
    return variable.isEmpty()
        ? Optional.empty()
        : Optional.of(
            checked(
                settings.key() + ".tokenVariable",
                variable,
                environment.getOrDefault(variable, ""),
                clock));
  }

  private static String contents(String setting, String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s: %s cannot be read: expected a file that holds the token".formatted(setting, file),
          e);
    }
  }

  private static Token checked(String setting, String place, String text, InstantSource clock) {
    String secret = text.strip();
    if (secret.length() < LEAST_CHARACTERS) {
      throw new IllegalArgumentException(
          "%s: the token in %s has %d characters: expected %d or more, such as from `openssl rand -hex 32`"
              .formatted(setting, place, secret.length(), LEAST_CHARACTERS));
    }
    return new Token(secret, clock);
  }

  /** Whether a text is the token. */
  public boolean is(String text) {
    return MessageDigest.isEqual(mac("is", secret), mac("is", text.getBytes(UTF_8)));
  }

  /** A new session. */
  public String session() {
    long end = clock.instant().plus(SESSION).getEpochSecond();
    return end + "." + sign(end);
  }

  /** Whether a text is a session that has not ended. */
  public boolean isSession(String text) {
    int dot = text.indexOf('.');
    if (dot < 1 || dot > 12) {
      return false;
    }
    try {
      long end = Long.parseLong(text.substring(0, dot));
      return MessageDigest.isEqual(
              sign(end).getBytes(UTF_8), text.substring(dot + 1).getBytes(UTF_8))
          && clock.instant().getEpochSecond() < end;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private String sign(long end) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(mac("session", Long.toString(end).getBytes(UTF_8)));
  }

  private byte[] mac(String purpose, byte[] text) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(secret, MAC));
      mac.update(("alluvium-dashboard/" + purpose + "/").getBytes(UTF_8));
      return mac.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + MAC, e);
    }
  }
}
