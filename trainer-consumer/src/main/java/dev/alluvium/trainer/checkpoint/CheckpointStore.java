package dev.alluvium.trainer.checkpoint;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.trainer.files.DurableDirectory;
import dev.alluvium.trainer.gate.Anchors;
import dev.alluvium.trainer.gate.BestScores;
import dev.alluvium.trainer.gate.ProbeScores;
import dev.alluvium.trainer.gate.WrittenAnswers;
import dev.alluvium.trainer.guard.GaugeTexts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checkpoints under {@code <store>/checkpoints}: each a directory with a unique name, written
 * beside its place, forced to disk and moved there whole. A directory that the log never mentions
 * is left over from a crash and goes at the next {@link #prune}.
 */
public final class CheckpointStore {
  static final String STATE_FILE = "state.safetensors";
  private static final String POSITION_FILE = "position.json";
  private static final String PROBES_FILE = "probes.avro";
  private static final String REFERENCE_FILE = "reference.json";
  private static final String BASE_FILE = "base.json";
  private static final String BEST_FILE = "best.json";
  private static final String GAUGE_FILE = "gauge.json";
  private static final String ANSWERS_FILE = "answers.json";
  private static final Pattern NAME = Pattern.compile("window-(\\d{1,18})-[0-9a-f]{8}");
  private static final List<String> FILES =
      List.of(STATE_FILE, POSITION_FILE, PROBES_FILE, REFERENCE_FILE);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path root;

  /** Checkpoints of a store. */
  public CheckpointStore(Path store) {
    this.root = store.resolve("checkpoints");
  }

  /** Writes arrays to a file. */
  public interface StateWriter {
    /** Writes the file and forces it to disk. */
    void write(Path file) throws IOException;
  }

  /** Writes a complete checkpoint; when this returns, it survives a power cut. */
  public Checkpoint write(
      TrainingPosition position,
      List<Probe> probes,
      Anchors anchors,
      GaugeTexts gauge,
      WrittenAnswers answers,
      StateWriter state) {
    String name =
        "window-%06d-%s"
            .formatted(position.lastWindow(), UUID.randomUUID().toString().substring(0, 8));
    Path directory =
        DurableDirectory.create(
            root.resolve(name),
            draft -> {
              state.write(draft.resolve(STATE_FILE));
              ProbeFile.write(draft.resolve(PROBES_FILE), probes);
              JSON.writeValue(draft.resolve(BASE_FILE).toFile(), anchors.base());
              JSON.writeValue(draft.resolve(REFERENCE_FILE).toFile(), anchors.promoted());
              JSON.writeValue(draft.resolve(BEST_FILE).toFile(), anchors.best());
              JSON.writeValue(draft.resolve(GAUGE_FILE).toFile(), gauge);
              if (answers.hasAny()) {
                JSON.writeValue(draft.resolve(ANSWERS_FILE).toFile(), answers);
              }
              JSON.writeValue(draft.resolve(POSITION_FILE).toFile(), position);
              CheckpointManifest.write(draft);
            });
    return new Checkpoint(name, directory, position, probes, anchors, gauge, answers);
  }

  /**
   * Reads a checkpoint, once its files have turned out to be what was written.
   *
   * @throws UnusableCheckpointException when it is not there, or not whole
   */
  public Checkpoint read(String name) {
    Path directory = root.resolve(name);
    CheckpointManifest.damage(directory, FILES)
        .ifPresent(
            damage -> {
              throw new UnusableCheckpointException(name, damage);
            });
    try {
      return new Checkpoint(
          name,
          directory,
          JSON.readValue(directory.resolve(POSITION_FILE).toFile(), TrainingPosition.class),
          ProbeFile.read(directory.resolve(PROBES_FILE)),
          anchors(directory),
          gauge(directory.resolve(GAUGE_FILE)),
          answers(directory.resolve(ANSWERS_FILE)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read checkpoint " + directory, e);
    }
  }

  /**
   * Older checkpoints have no best version, or no ratings of the base model, which is asked anew.
   */
  private static Anchors anchors(Path directory) throws IOException {
    Path base = directory.resolve(BASE_FILE);
    Path best = directory.resolve(BEST_FILE);
    return new Anchors(
        Files.exists(base) ? JSON.readValue(base.toFile(), ProbeScores.class) : ProbeScores.none(),
        JSON.readValue(directory.resolve(REFERENCE_FILE).toFile(), ProbeScores.class),
        Files.exists(best) ? JSON.readValue(best.toFile(), BestScores.class) : BestScores.none());
  }

  /** Checkpoints from before there was a gauge have none. */
  private static GaugeTexts gauge(Path file) throws IOException {
    return Files.exists(file) ? JSON.readValue(file.toFile(), GaugeTexts.class) : GaugeTexts.none();
  }

  /** Where nothing was answered in writing there is no file. */
  private static WrittenAnswers answers(Path file) throws IOException {
    return Files.exists(file)
        ? JSON.readValue(file.toFile(), WrittenAnswers.class)
        : WrittenAnswers.none();
  }

  /** Where training stood at a checkpoint, without a look at the rest; nothing if it is damaged. */
  public Optional<TrainingPosition> position(String name) {
    try {
      return Optional.of(
          JSON.readValue(
              root.resolve(name).resolve(POSITION_FILE).toFile(), TrainingPosition.class));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The versions that were promoted last at some checkpoints, as far as these are readable. */
  public Set<String> versionsAt(Collection<String> names) {
    return names.stream()
        .flatMap(name -> position(name).stream())
        .map(TrainingPosition::promoted)
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  /** Where a checkpoint is, or was. */
  public Path directory(String name) {
    return root.resolve(name);
  }

  /** The names of the checkpoints that are there by now. */
  public Set<String> names() {
    if (!Files.isDirectory(root)) {
      return Set.of();
    }
    try (Stream<Path> children = Files.list(root)) {
      return children
          .map(child -> child.getFileName().toString())
          .filter(name -> NAME.matcher(name).matches())
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look into " + root, e);
    }
  }

  /**
   * Deletes checkpoints that are not among those to keep.
   *
   * @param there the {@link #names} from before a commit that succeeded: what came since may belong
   *     to a trainer that has taken over
   */
  public void prune(Set<String> there, Set<String> keep) {
    there.stream()
        .filter(name -> !keep.contains(name))
        .forEach(name -> DurableDirectory.delete(directory(name)));
  }

  /** Deletes drafts that were left half done and have not changed since the given time. */
  public void deleteDrafts(Instant before) {
    DurableDirectory.deleteDrafts(root, before);
  }

  /** The window in a checkpoint's name; of no checkpoint, the largest there is. */
  public static long windowOf(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : Long.MAX_VALUE;
  }
}
