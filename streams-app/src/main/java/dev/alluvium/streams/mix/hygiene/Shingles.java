package dev.alluvium.streams.mix.hygiene;

import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Hashes of every n consecutive words of some texts; case and punctuation do not count. */
public final class Shingles {
  private static final Hasher64 HASHER = Hashing.komihash5_0();

  private Shingles() {}

  /**
   * The distinct hashes, in ascending order. No shingle spans two texts.
   *
   * @param n words of a shingle; a shorter text has none
   */
  public static long[] of(int n, @Nullable String... texts) {
    LongStream.Builder hashes = LongStream.builder();
    HashStream64 stream = HASHER.hashStream();
    for (String text : texts) {
      List<Long> words = words(text == null ? "" : text);
      for (int first = 0; first + n <= words.size(); first++) {
        stream.reset();
        words.subList(first, first + n).forEach(stream::putLong);
        hashes.add(stream.getAsLong());
      }
    }
    return hashes.build().sorted().distinct().toArray();
  }

  /** The same shingles in some context: in another one they are others. */
  public static long[] within(@Nullable String context, long[] shingles) {
    long mask = context == null ? 0 : HASHER.hashCharsToLong(context.strip());
    return Arrays.stream(shingles).map(shingle -> shingle ^ mask).sorted().toArray();
  }

  private static List<Long> words(String text) {
    List<Long> words = new ArrayList<>();
    String lower = text.toLowerCase(Locale.ROOT);
    int start = -1;
    for (int i = 0; i <= lower.length(); i++) {
      boolean inside = i < lower.length() && Character.isLetterOrDigit(lower.charAt(i));
      if (inside && start < 0) {
        start = i;
      } else if (!inside && start >= 0) {
        words.add(HASHER.hashCharsToLong(lower.substring(start, i)));
        start = -1;
      }
    }
    return words;
  }
}
