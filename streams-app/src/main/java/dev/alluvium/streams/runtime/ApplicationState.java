package dev.alluvium.streams.runtime;

import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams;

/**
 * How a topology is.
 *
 * @param state as Kafka Streams has it
 * @param restoring how far it is with reading its state back, while it does
 */
public record ApplicationState(KafkaStreams.State state, Optional<String> restoring) {
  /** One that reads nothing back. */
  public static ApplicationState of(KafkaStreams.State state) {
    return new ApplicationState(state, Optional.empty());
  }

  /** For a person, such as {@code is REBALANCING, 5 of 10 records of its state are restored}. */
  public String told() {
    return "is " + state + restoring.map(how -> ", " + how).orElse("");
  }
}
