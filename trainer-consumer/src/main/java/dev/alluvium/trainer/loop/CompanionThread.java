package dev.alluvium.trainer.loop;

import dev.alluvium.trainer.model.Decoder;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** A companion at work, if there is one: a trainer that looks at it ends with it. */
final class CompanionThread implements AutoCloseable {
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Optional<Companion> companion;
  private final Optional<Decoder> frozen;
  private final BooleanSupplier stop;
  private Optional<CompletableFuture<Void>> end = Optional.empty();

  CompanionThread(Optional<Companion> companion, Optional<Decoder> frozen, BooleanSupplier stop) {
    this.companion = companion;
    this.frozen = frozen;
    this.stop = stop;
  }

  /** Lets it begin. */
  void begin() {
    end =
        companion.map(
            worker ->
                CompletableFuture.runAsync(
                    () -> worker.run(frozen, () -> stop.getAsBoolean() || closing.get()),
                    task -> new Thread(task, "alluvium-companion").start()));
  }

  /** Whether the companion has ended, by failure or because it was told to. */
  boolean hasEnded() {
    return end.map(CompletableFuture::isDone).orElse(false);
  }

  /**
   * Tells it to stop and waits for it, however long it takes: the weights it reads are freed next.
   *
   * @throws IllegalStateException if it has failed
   */
  @Override
  public void close() {
    closing.set(true);
    try {
      end.ifPresent(CompletableFuture::join);
    } catch (CompletionException e) {
      throw new IllegalStateException(
          "what worked beside the trainer failed, so the trainer ended too", e.getCause());
    }
  }
}
