package dev.alluvium.trainer.loop;

import dev.alluvium.trainer.checkpoint.Checkpoint;
import dev.alluvium.trainer.checkpoint.CheckpointStore;
import dev.alluvium.trainer.checkpoint.UnusableCheckpointException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The states that training may return to: those of the last promoted versions. */
final class ReturnPoints {
  /** What a person calls the base model, to return to it. */
  static final String BASE = "base";

  private static final Logger log = LoggerFactory.getLogger(ReturnPoints.class);

  private final List<String> names;
  private final List<Checkpoint> whole = new ArrayList<>();
  private final List<String> damages = new ArrayList<>();

  /**
   * Reads them all.
   *
   * @param checkpoints where they are
   * @param names of their checkpoints, oldest first
   */
  ReturnPoints(CheckpointStore checkpoints, List<String> names) {
    this.names = names;
    for (String name : names) {
      try {
        whole.add(checkpoints.read(name));
      } catch (UnusableCheckpointException e) {
        log.warn("{}: training cannot return to it", e.getMessage());
        damages.add(e.getMessage());
      }
    }
  }

  /**
   * The newest that is whole; empty before the first promotion.
   *
   * @throws LostStateException when there are some, and all are damaged
   */
  Optional<Checkpoint> newestWhole() {
    if (whole.isEmpty() && !names.isEmpty()) {
      throw new LostStateException(damages);
    }
    return whole.isEmpty() ? Optional.empty() : Optional.of(whole.get(whole.size() - 1));
  }

  /** The newest with a version's weights. */
  Optional<Checkpoint> of(String version) {
    return whole.stream()
        .filter(point -> version.equals(point.position().promoted()))
        .reduce((older, newer) -> newer);
  }

  /** For a person: what there is to return to. */
  String told() {
    return Stream.concat(
            whole.stream().map(point -> point.position().promoted()).filter(Objects::nonNull),
            Stream.of(BASE))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /** For a person: what is wrong with the others; empty if nothing is. */
  String damages() {
    return damages.isEmpty() ? "" : "; " + String.join("; ", damages);
  }
}
