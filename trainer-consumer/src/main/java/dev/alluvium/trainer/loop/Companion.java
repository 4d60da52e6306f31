package dev.alluvium.trainer.loop;

import dev.alluvium.trainer.model.Decoder;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What works beside a trainer in the same process, in a thread of its own. */
@FunctionalInterface
public interface Companion {
  /**
   * Works until told to stop.
   *
   * @param frozen the base model that an adapter is trained on: its weights never change and stay
   *     until this has returned; nothing where all weights are trained
   * @throws RuntimeException when it cannot go on; then the trainer stops too
   */
  void run(Optional<Decoder> frozen, BooleanSupplier stop);
}
