package dev.alluvium.trainer.pretrain;

import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.optim.TrainingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The saved state of a run that is not complete: read at the start, written from time to time. */
final class InterruptedRun {
  private static final String STEP = "next-step";
  private static final String FINGERPRINT = "fingerprint";

  private final Path file;
  private final AdamW optimizer;
  private final String fingerprint;
  private final long step;

  /**
   * Brings the optimizer and its parameters to the saved state, if there is one.
   *
   * @param fingerprint everything that must be equal for the run to go on
   */
  InterruptedRun(Path file, AdamW optimizer, String fingerprint) {
    this.file = file;
    this.optimizer = optimizer;
    this.fingerprint = fingerprint;
    this.step = Files.exists(file) ? restore() : 0;
  }

  private long restore() {
    Map<String, String> notes = TrainingState.read(file, optimizer);
    String saved = notes.getOrDefault(FINGERPRINT, "nothing");
    if (!saved.equals(fingerprint)) {
      throw new IllegalArgumentException(
          "pretraining: "
              + file
              + " belongs to another run: it was written for "
              + saved
              + ", this is "
              + fingerprint
              + ". Give the same settings and texts, or delete the file to start anew");
    }
    return Long.parseLong(notes.getOrDefault(STEP, "0"));
  }

  /** The first step that is still to be done. */
  long step() {
    return step;
  }

  /** Writes the state; the file appears whole or not at all. */
  void save(long nextStep) {
    TrainingState.write(
        file, optimizer, Map.of(STEP, Long.toString(nextStep), FINGERPRINT, fingerprint));
  }

  /** Deletes the state: the run is complete. */
  void forget() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be deleted", e);
    }
  }
}
