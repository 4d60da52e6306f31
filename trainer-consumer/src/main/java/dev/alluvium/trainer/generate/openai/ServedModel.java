package dev.alluvium.trainer.generate.openai;

import dev.alluvium.trainer.config.OpenAiSettings;
import dev.alluvium.trainer.generate.backend.UnusableBackendException;
import dev.alluvium.trainer.release.CurrentFile;
import dev.alluvium.trainer.release.Published;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which model the server is asked for, and whether it is ours: what the settings name, or what a
 * publisher's file names at the moment. For one thread.
 */
final class ServedModel {
  private static final Logger log = LoggerFactory.getLogger(ServedModel.class);
  private static final String BASE = "base";

  private final OpenAiSettings settings;
  private final Predicate<String> isVersion;
  private final Set<String> known = new HashSet<>(Set.of(BASE));
  private final Set<String> warned = new HashSet<>();

  /**
   * @param isVersion whether models.v1 knows a version by now
   */
  ServedModel(OpenAiSettings settings, Predicate<String> isVersion) {
    this.settings = settings;
    this.isVersion = isVersion;
  }

  /**
   * A model of the server.
   *
   * @param model name it is asked for by
   * @param version of ours that it is; empty for none
   * @param ours whether it is known to be
   */
  record Named(String model, String version, boolean ours) {
    /** Our version, once it is known to be ours; until then the name the server gives its model. */
    String shown() {
      return ours ? version : model;
    }
  }

  /** What the settings name before anything was looked up. */
  Named first() {
    return new Named(settings.model(), settings.version(), false);
  }

  /**
   * What to ask for now; nothing while the file is not there or cannot be read.
   *
   * @throws UnusableBackendException when the file says something else
   */
  Optional<Named> now() {
    if (settings.current().isEmpty()) {
      return Optional.of(named(settings.model(), settings.version()));
    }
    try {
      return new CurrentFile(Path.of(settings.current()))
          .read()
          .map((Published published) -> named(published.model(), published.version()));
    } catch (UncheckedIOException e) {
      log.warn("generate.openai.current: {}", e.toString());
      return Optional.empty();
    } catch (IllegalStateException e) {
      throw new UnusableBackendException("generate.openai.current: " + e.getMessage(), e);
    }
  }

  private Named named(String model, String version) {
    if (version.isEmpty()) {
      return new Named(model, version, false);
    }
    boolean ours = known.contains(version) || isVersion.test(version);
    if (ours) {
      known.add(version);
    } else if (warned.add(version)) {
      log.warn(
          "models.v1 does not know {}: what {} writes counts as a teacher's until it does",
          version,
          model);
    }
    return new Named(model, version, ours);
  }
}
