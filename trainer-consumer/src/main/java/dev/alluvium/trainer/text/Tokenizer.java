package dev.alluvium.trainer.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The tokenizer of a model directory: text to ids and back, with no token added, cut or padded.
 *
 * <p>Every text that contains a special token's spelling is read as that token, so text from
 * outside must pass {@link #reservedIn} first. Safe for several threads.
 */
public final class Tokenizer implements AutoCloseable {
  static {
    // On a machine with a GPU the library would otherwise look on the network for a build for it,
    // and on any machine it would report its use to its makers.
    setUnlessGiven("RUST_FLAVOR", "cpu");
    setUnlessGiven("OPT_OUT_TRACKING", "true");
  }

  private final TokenizerFiles files;
  private final HuggingFaceTokenizer engine;
  private final String digest;

  private Tokenizer(TokenizerFiles files, HuggingFaceTokenizer engine) {
    this.files = files;
    this.engine = engine;
    this.digest = ShortDigest.of(files.engineJson());
  }

  private static void setUnlessGiven(String name, String value) {
    if (System.getenv(name) == null && System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }

  /** Whether the directory has a {@code tokenizer.json}. */
  public static boolean isIn(Path directory) {
    return Files.isRegularFile(directory.resolve(TokenizerFiles.ENGINE));
  }

  /**
   * Loads {@code tokenizer.json} and what the model's other files say about special tokens.
   *
   * @throws TextException when the file is missing or the tokenizer library refuses it
   */
  public static Tokenizer load(Path directory) {
    TokenizerFiles files = TokenizerFiles.read(directory);
    byte[] json = files.engineJson().getBytes(StandardCharsets.UTF_8);
    Map<String, String> options =
        Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
    try {
      return new Tokenizer(
          files, HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options));
    } catch (IOException | RuntimeException e) {
      throw new TextException(files.source() + " is not a usable tokenizer: " + e.getMessage(), e);
    }
  }

  /** The ids of the whole text. */
  public int[] encode(String text) {
    return ids(encoding(text));
  }

  private Encoding encoding(String text) {
    String checked = wellFormed(text);
    try {
      return engine.encode(checked, false, false);
    } catch (RuntimeException e) {
      throw new TextException(files.source() + " cannot encode a text: " + e.getMessage(), e);
    }
  }

  /** The ids of the whole text, with the characters that each covers. */
  EncodedText encodeWithOffsets(String text) {
    Encoding encoding = encoding(text);
    int[] ids = ids(encoding);
    int[] begins = new int[ids.length];
    int[] ends = new int[ids.length];
    int[] unitOf = utf16Offsets(text);
    CharSpan[] spans = encoding.getCharTokenSpans();
    for (int i = 0; i < ids.length; i++) {
      begins[i] = unitOf[spans[i].getStart()];
      ends[i] = unitOf[spans[i].getEnd()];
    }
    return new EncodedText(ids, begins, ends);
  }

  /** The library counts code points, Java counts UTF-16 units: unit offset by code point index. */
  private static int[] utf16Offsets(String text) {
    int[] offsets = new int[text.codePointCount(0, text.length()) + 1];
    int unit = 0;
    for (int point = 0; point < offsets.length - 1; point++) {
      offsets[point] = unit;
      unit += Character.charCount(text.codePointAt(unit));
    }
    offsets[offsets.length - 1] = unit;
    return offsets;
  }

  private static String wellFormed(String text) {
    if (!isWellFormed(text)) {
      throw new IllegalArgumentException("text has half a surrogate pair: it is no Unicode text");
    }
    return text;
  }

  /** Whether every surrogate has its other half; only such text can be encoded. */
  static boolean isWellFormed(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private static int[] ids(Encoding encoding) {
    return Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
  }

  /** The text of the ids, special tokens included; bytes that are no UTF-8 become U+FFFD. */
  public String decode(int[] ids) {
    return decode(ids, false);
  }

  /** The text of the ids, special tokens left out. */
  public String decodeText(int[] ids) {
    return decode(ids, true);
  }

  private String decode(int[] ids, boolean skipSpecial) {
    try {
      return engine.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecial);
    } catch (RuntimeException e) {
      throw new TextException(files.source() + " cannot decode ids: " + e.getMessage(), e);
    }
  }

  /** One more than the largest token id; a model's head may have more rows, which are padding. */
  public int vocabularySize() {
    return files.vocabularySize();
  }

  /** The id of a special token, by its spelling. */
  public OptionalInt specialId(String token) {
    Integer id = files.specialTokens().get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** A special token that the text spells out, if any: such text would forge turns. */
  public Optional<String> reservedIn(String text) {
    return files.specialTokens().keySet().stream().filter(text::contains).sorted().findFirst();
  }

  /** Ids that end an answer, from the generation, model and tokenizer settings together. */
  public Set<Integer> eosIds() {
    return files.eosIds();
  }

  /** The spelling of the token that ends a text, when the model names one. */
  public Optional<String> eosText() {
    return Optional.ofNullable(files.eosText());
  }

  /** The spelling of the token that the model expects in front of every text, if any. */
  public Optional<String> bosText() {
    return Optional.ofNullable(files.bosText());
  }

  /** The chat templates that came with the model, by name. */
  public Map<String, ChatTemplateSource> chatTemplates() {
    return files.chatTemplates();
  }

  /** What chat templates know the special tokens by, such as {@code bos_token}, and their text. */
  Map<String, String> tokenTexts() {
    return files.tokenTexts();
  }

  /** Position of the first token that can end a turn and reaches beyond a character. */
  OptionalInt turnEndBeyond(EncodedText text, int character) {
    int[] ids = text.ids();
    return IntStream.range(0, ids.length)
        .filter(i -> text.end(i) > character && files.specialTokens().containsValue(ids[i]))
        .findFirst();
  }

  /** Short digest of the vocabulary and rules: equal digests give equal ids. */
  public String digest() {
    return digest;
  }

  @Override
  public void close() {
    engine.close();
  }
}
