package dev.alluvium.cli.endpoint;

import dev.alluvium.streams.metrics.Meters;
import java.util.Optional;

/** What runs in a process and tells how it is. Asked by any thread. */
public interface Observed {
  /** Why it is not alive; nothing while it is, or is on its way. */
  Optional<String> stalled();

  /** Why it does not do its work now; nothing while it does. */
  Optional<String> unready();

  /** Sets its metrics. */
  void measure(Meters meters);
}
