package dev.alluvium.trainer.loop;

import dev.alluvium.trainer.checkpoint.Checkpoint;
import dev.alluvium.trainer.checkpoint.CheckpointStore;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The states that training may return to: those of the last promoted versions.
 *
 * @param checkpoints where they are
 * @param names of their checkpoints, oldest first
 */
record ReturnPoints(CheckpointStore checkpoints, List<String> names) {
  /** What a person calls the base model, to return to it. */
  static final String BASE = "base";

  /** The newest; empty before the first promotion. */
  Optional<Checkpoint> newest() {
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(checkpoints.read(names.get(names.size() - 1)));
  }

  /** The newest with a version's weights. */
  Optional<Checkpoint> of(String version) {
    return all()
        .filter(point -> version.equals(point.position().promoted()))
        .reduce((older, newer) -> newer);
  }

  /** The names of the points that are older than the given one. */
  List<String> before(String point) {
    return names.subList(0, names.indexOf(point));
  }

  /** For a person: what there is to return to. */
  String told() {
    return Stream.concat(
            all().map(point -> point.position().promoted()).filter(Objects::nonNull),
            Stream.of(BASE))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private Stream<Checkpoint> all() {
    return names.stream().map(checkpoints::read);
  }
}
