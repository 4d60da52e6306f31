package dev.alluvium.trainer.commit;

/**
 * Another trainer of the same namespace has taken the lease; this one must stop and stay stopped.
 */
public final class FencedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FencedException(String transactionalId, Throwable cause) {
    super(
        "another trainer has taken the lease %s: this one stops, its uncommitted training is done again by the other"
            .formatted(transactionalId),
        cause);
  }
}
