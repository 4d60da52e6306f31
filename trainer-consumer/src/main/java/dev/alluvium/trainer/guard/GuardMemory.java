package dev.alluvium.trainer.guard;

/**
 * What the guards remember of the windows so far.
 *
 * @param losses for loss spikes
 * @param transfer for what skills do to each other
 */
public record GuardMemory(LossHistory losses, Transfer transfer) {
  /** Before the first window. */
  public static GuardMemory none() {
    return new GuardMemory(LossHistory.none(), Transfer.none());
  }

  /** With another transfer. */
  public GuardMemory with(Transfer other) {
    return new GuardMemory(losses, other);
  }
}
