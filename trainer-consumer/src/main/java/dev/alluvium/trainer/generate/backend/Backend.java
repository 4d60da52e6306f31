package dev.alluvium.trainer.generate.backend;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Answers requests. Made, asked and closed by one thread; the other methods are for any thread. */
public interface Backend extends AutoCloseable {
  /**
   * Answers requests, as one batch where it can.
   *
   * @param cancelled asked now and then; what is not answered by then is {@link Reply.NotNow}
   * @return one reply per request, in their order
   * @throws UnusableBackendException when nothing can be answered until a person has changed
   *     something
   */
  List<Reply> answer(List<Asked> batch, BooleanSupplier cancelled);

  /** How long it is best left alone; zero when it can be asked. For any thread. */
  default Duration pause() {
    return Duration.ZERO;
  }

  /** How often another version was to be loaded. For any thread. */
  default Loads loads() {
    return Loads.NONE;
  }

  /** What answers, as results name it. For any thread. */
  String model();

  @Override
  void close();
}
