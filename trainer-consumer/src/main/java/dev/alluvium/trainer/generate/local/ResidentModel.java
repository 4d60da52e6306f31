package dev.alluvium.trainer.generate.local;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.trainer.config.TrainingMethod;
import dev.alluvium.trainer.evaluate.LoadedModel;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.release.ModelStore;
import dev.alluvium.trainer.release.WeightsDigest;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.TemplateChoice;
import dev.alluvium.trainer.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The model in memory. An adapter is swapped on the resident base; a version of all weights takes
 * the base's place. Owned by one thread.
 */
final class ResidentModel implements AutoCloseable {
  static final String BASE = "base";

  private final Path base;

  /** SHA-256 of the content of the base. */
  private final String baseDigest;

  /** Whether the weights in memory are ours to replace. */
  private final boolean replaceable;

  private final Function<Path, LoadedModel> opener;
  private final int maxTokens;

  /** Directory of the weights that {@link #loaded} holds. */
  private Path directory;

  private LoadedModel loaded;
  private ExampleTokenizer examples;
  private @Nullable LoraAdapter adapter;
  private volatile String name = BASE;

  /**
   * Loads the base model.
   *
   * @param baseDigest SHA-256 of its content
   * @param maxTokens longest text with its prompt that is scored
   */
  ResidentModel(
      Path base, String baseDigest, Compute compute, TemplateChoice turns, int maxTokens) {
    this(
        base,
        baseDigest,
        maxTokens,
        true,
        path -> LoadedModel.load(path, Optional.empty(), compute, turns));
  }

  private ResidentModel(
      Path base,
      String baseDigest,
      int maxTokens,
      boolean replaceable,
      Function<Path, LoadedModel> opener) {
    this.base = base;
    this.baseDigest = baseDigest;
    this.replaceable = replaceable;
    this.opener = opener;
    this.maxTokens = maxTokens;
    this.directory = base;
    this.loaded = opener.apply(base);
    try {
      this.examples = tokenizing(loaded);
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  /**
   * The base model on a decoder that others read too. It has room for adapters of its own, and none
   * for versions of all weights.
   *
   * @param frozen the decoder of the base model; stays open
   * @param baseDigest SHA-256 of the base model's content
   */
  static ResidentModel on(
      Decoder frozen, Path base, String baseDigest, TemplateChoice turns, int maxTokens) {
    return new ResidentModel(
        base, baseDigest, maxTokens, false, path -> LoadedModel.on(frozen, path, turns));
  }

  /** {@code base}, or the version that is loaded; for any thread. */
  String name() {
    return name;
  }

  LanguageModel model() {
    LoraAdapter on = adapter;
    return on == null ? loaded.model() : on.model();
  }

  Tokenizer tokenizer() {
    return loaded.tokenizer();
  }

  Set<Integer> stopIds() {
    return loaded.template().stopIds();
  }

  /** How texts become ids, as in training. */
  ExampleTokenizer examples() {
    return examples;
  }

  /**
   * Takes a version in.
   *
   * @throws RuntimeException when it cannot be loaded; then this model is what it was, or, where a
   *     version of all weights turned out to be unusable, the base
   */
  void load(ModelVersion version) {
    Path path = Path.of(version.getPath());
    if (!Files.isDirectory(path)) {
      throw new IllegalArgumentException(path + " is not there: is train.store mounted here?");
    }
    requireSameWeights(path, version);
    if (TrainingMethod.parse(version.getMethod()) == TrainingMethod.FULL) {
      if (!replaceable) {
        throw new IllegalArgumentException(
            path + " holds all weights, and those in memory belong to the trainer");
      }
      Decoder.readSpec(path); // before the room of the old weights is given up
      replace(path);
    } else {
      if (version.getManifestDigest() != null) { // older ones do not tell their base's content
        requireSameBase(path);
      }
      if (!directory.equals(base)) {
        replace(base);
      }
      LoraAdapter next = LoraAdapter.load(loaded.model().decoder(), path, 0);
      dropAdapter();
      adapter = next;
    }
    name = version.getVersion();
  }

  /** What answers under a version's name must be what the gate measured. */
  private static void requireSameWeights(Path path, ModelVersion version) {
    try {
      if (!WeightsDigest.of(path).equals(version.getDigest())) {
        throw new IllegalArgumentException(
            "the weights in %s are not those that were measured as %s: bring its files back, or serve another version"
                .formatted(path, version.getVersion()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the weights in " + path, e);
    }
  }

  /** An adapter on another base model would answer, and wrongly. */
  private void requireSameBase(Path adapter) {
    try {
      ModelStore.manifest(adapter)
          .otherBase(base, baseDigest)
          .ifPresent(
              other -> {
                throw new IllegalArgumentException(other);
              });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read what %s was trained on".formatted(adapter), e);
    }
  }

  /** Returns to the base model. */
  void loadBase() {
    if (!directory.equals(base)) {
      replace(base);
    }
    dropAdapter();
    name = BASE;
  }

  private void replace(Path weights) {
    dropAdapter();
    loaded.close();
    try {
      open(weights);
    } catch (RuntimeException e) {
      open(base);
      throw e;
    }
  }

  private void open(Path weights) {
    loaded = opener.apply(weights);
    directory = weights;
    name = BASE; // until the caller says otherwise
    examples = tokenizing(loaded);
  }

  private ExampleTokenizer tokenizing(LoadedModel model) {
    int longest = model.model().decoder().spec().longest(maxTokens);
    return new ExampleTokenizer(model.tokenizer(), model.template(), longest);
  }

  private void dropAdapter() {
    if (adapter != null) {
      adapter.close();
      adapter = null;
    }
  }

  @Override
  public void close() {
    dropAdapter();
    loaded.close();
  }
}
