package dev.alluvium.trainer.generate.local;

import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.trainer.generate.backend.Loads;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the resident model at the version that was promoted last. One that cannot be loaded is told
 * of once and tried again from time to time; until then the weights stay. Owned by one thread.
 */
final class Serving implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Serving.class);
  static final Duration BETWEEN_TRIALS = Duration.ofSeconds(5);

  private final ResidentModel model;
  private final Supplier<Optional<ModelVersion>> promoted;
  private final Duration betweenTrials;
  private volatile Loads loads = Loads.NONE;
  private String failed = "";
  private long tryAgainAt;

  /**
   * @param promoted the version that shall answer, asked before each batch
   */
  Serving(ResidentModel model, Supplier<Optional<ModelVersion>> promoted, Duration betweenTrials) {
    this.model = model;
    this.promoted = promoted;
    this.betweenTrials = betweenTrials;
  }

  /** The model, at the version that answers now. */
  ResidentModel current() {
    Optional<ModelVersion> wanted = promoted.get();
    String name = wanted.map(ModelVersion::getVersion).orElse(ResidentModel.BASE);
    boolean waiting = failed.equals(name) && System.nanoTime() - tryAgainAt < 0;
    if (!model.name().equals(name) && !waiting) {
      load(wanted, name);
    }
    return model;
  }

  private void load(Optional<ModelVersion> wanted, String name) {
    long begin = System.nanoTime();
    try {
      wanted.ifPresentOrElse(model::load, model::loadBase);
      failed = "";
      loads = new Loads(loads.loaded() + 1, loads.failed());
      log.info(
          "{} answers from now on ({} ms to load)",
          name,
          Duration.ofNanos(System.nanoTime() - begin).toMillis());
    } catch (RuntimeException e) {
      if (!failed.equals(name)) {
        log.warn(
            "{} cannot be loaded, {} goes on answering; tried again every {} s: {}",
            name,
            model.name(),
            betweenTrials.toSeconds(),
            String.valueOf(e.getMessage()));
      }
      failed = name;
      loads = new Loads(loads.loaded(), loads.failed() + 1);
      tryAgainAt = System.nanoTime() + betweenTrials.toNanos();
    }
  }

  /** What answers now; for any thread. */
  String name() {
    return model.name();
  }

  /** How often another version was to answer; for any thread. */
  Loads loads() {
    return loads;
  }

  @Override
  public void close() {
    model.close();
  }
}
