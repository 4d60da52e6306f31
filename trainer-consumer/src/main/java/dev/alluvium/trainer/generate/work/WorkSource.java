package dev.alluvium.trainer.generate.work;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Hands records out and remembers which of them are done. What was handed out and is not settled
 * comes again, here or at another worker. Owned by one thread.
 */
public interface WorkSource extends AutoCloseable {
  /** The next records, at most as many as it was made for; none when none come in time. */
  List<Delivery> take(Duration atMost);

  /** Keeps everything handed out and not settled; to be called at a third of the lock. */
  void renew();

  /**
   * Ends the work on records.
   *
   * @param done never to be handed out again
   * @param released to be handed out again
   */
  void settle(Collection<Delivery> done, Collection<Delivery> released);

  /** What its client measures; for any thread. */
  Map<MetricName, ? extends Metric> metrics();

  /** Gives everything back that is not settled. */
  @Override
  void close();
}
