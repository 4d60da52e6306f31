package dev.alluvium.cli.verify;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.LostWindows;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.schemas.avro.Promotion;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.trainer.checkpoint.CheckpointStore;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.files.DigestMemory;
import dev.alluvium.trainer.release.KnownVersions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the topics and files of a namespace and lets every check look at them. Changes nothing.
 *
 * <p>The mixer may go on meanwhile; a trainer's commit touches several topics, so the books are
 * read again when one comes in between.
 */
final class Audit {
  private static final int TRIES = 3;

  private final Topics topics;
  private final Records records;
  private final TrainSettings settings;
  private final Consumer<String> step;

  /**
   * An audit.
   *
   * @param records where the books are
   * @param settings the trainer's, for its store and what it keeps there
   * @param step told what is being read
   */
  Audit(Topics topics, Records records, TrainSettings settings, Consumer<String> step) {
    this.topics = topics;
    this.records = records;
    this.settings = settings;
    this.step = step;
  }

  /**
   * Checks everything.
   *
   * @throws CommandFailure when the trainer commits faster than the books can be read
   */
  Verification run() {
    for (int i = 0; i < TRIES; i++) {
      Optional<Progress> before = progress();
      Verification found = look(before);
      if (same(before, progress())) {
        return found;
      }
    }
    throw new CommandFailure(
        "training went on in each of %d readings of the books: stop `alluvium train` and verify again"
            .formatted(TRIES));
  }

  private Verification look(Optional<Progress> progress) {
    boolean ledgerWhole = records.whole(topics.ledger());
    boolean windowsWhole = records.whole(topics.windows());
    OutcomesCheck outcomes = new OutcomesCheck(ledgerWhole);
    VersionsCheck versions = new VersionsCheck();
    Optional<Recomputation> recomputation =
        ledgerWhole ? Optional.of(new Recomputation()) : Optional.empty();
    step.accept("reading " + topics.models().name());
    records.read(topics.models(), (version, offset) -> versions.add(version));
    step.accept("reading " + topics.ledger().name() + " and making its windows");
    records.read(
        topics.ledger(),
        (entry, offset) -> {
          add(entry, outcomes, versions);
          recomputation.ifPresent(made -> made.add(offset, entry));
        });
    step.accept("reading " + topics.windows().name());
    WindowsCheck windows = new WindowsCheck(windowsWhole);
    records.read(topics.windows(), (record, offset) -> windows.add(offset, record));

    List<Difference> all = new ArrayList<>(windows.differences());
    recomputation.ifPresent(made -> all.addAll(made.differences(windows)));
    all.addAll(outcomes.differences(windows.windows(), windowsWhole));
    step.accept("reading checkpoints");
    long last = progress.map(Progress::getLastWindow).orElse(0L);
    // A ledger that was cut may tell of no outcome; one that is whole tells of all.
    long newest = outcomes.newestOr(ledgerWhole ? 0 : last);
    Path store = Path.of(settings.store()).resolve(topics.id("train"));
    CheckpointStore checkpoints = new CheckpointStore(store);
    all.addAll(
        new ProgressCheck(checkpoints, settings.keep())
            .differences(progress, newest, ends(last, windows, windowsWhole)));
    all.addAll(LossCheck.differences(progress, outcomes, windows.windows(), windowsWhole));
    all.addAll(versions.differences(last, outcomes));
    List<ModelVersion> stored = withFiles(versions.known(), progress, checkpoints);
    DigestMemory digests = DigestMemory.in(Path.of(settings.store())); // and nothing is kept there
    for (ModelVersion version : stored) {
      step.accept("reading " + version.getPath());
      all.addAll(VersionFilesCheck.differences(version, digests));
    }
    int weightsOnly = (int) stored.stream().filter(v -> !VersionFilesCheck.isListed(v)).count();
    return verification(
        recomputation, windows, versions, weightsOnly, LossCheck.accepted(progress), all);
  }

  /**
   * Versions whose files must be there, and others whose files still are: the trainer deletes those
   * that nothing needs.
   */
  private List<ModelVersion> withFiles(
      KnownVersions known, Optional<Progress> progress, CheckpointStore checkpoints) {
    List<String> names = List.copyOf(known.byName().keySet());
    int newest = settings.keep().versions();
    Set<String> needed =
        new HashSet<>(names.subList(Math.max(0, names.size() - newest), names.size()));
    known.serving().map(ModelVersion::getVersion).ifPresent(needed::add);
    progress
        .map(Progress::getCheckpoint)
        .flatMap(checkpoints::position)
        .map(position -> checkpoints.versionsAt(position.returnPoints()))
        .ifPresent(needed::addAll);
    return known.byName().values().stream()
        .filter(
            version ->
                needed.contains(version.getVersion())
                    || Files.isDirectory(Path.of(version.getPath())))
        .toList();
  }

  private static Verification verification(
      Optional<Recomputation> recomputation,
      WindowsCheck windows,
      VersionsCheck versions,
      int weightsOnly,
      List<LostWindows> lost,
      List<Difference> differences) {
    List<Long> compared =
        recomputation.map(made -> made.compared(windows.windows())).orElse(List.of(0L, 0L));
    long next = windows.windows().isEmpty() ? 1 : windows.windows().lastKey() + 1;
    return new Verification(
        compared.get(0),
        compared.get(1),
        compared.get(0) == 0 ? next : compared.get(0),
        windows.windows().size(),
        recomputation.isPresent() ? Recomputation.ofOtherRules(windows.windows()) : 0,
        versions.known().byName().size(),
        weightsOnly,
        lost,
        List.copyOf(differences));
  }

  private static void add(LedgerEntry entry, OutcomesCheck outcomes, VersionsCheck versions) {
    if (entry.getEntry() instanceof Outcome outcome) {
      outcomes.add(outcome);
    } else if (entry.getEntry() instanceof Promotion promotion) {
      versions.add(promotion);
    }
  }

  /** Unknown when the last window's records have been deleted. */
  private static Optional<Set<Long>> ends(long last, WindowsCheck windows, boolean whole) {
    boolean deleted =
        !whole && (windows.windows().isEmpty() || last < windows.windows().firstKey());
    return deleted ? Optional.empty() : Optional.of(windows.ends(last));
  }

  private Optional<Progress> progress() {
    AtomicReference<@Nullable Progress> last = new AtomicReference<>();
    records.read(topics.progress(), (progress, offset) -> last.set(progress));
    return Optional.ofNullable(last.get());
  }

  /** Whether nothing was committed but that the trainer is alive. */
  private static boolean same(Optional<Progress> one, Optional<Progress> other) {
    return one.isPresent() == other.isPresent()
        && Objects.equals(one.map(Progress::getCheckpoint), other.map(Progress::getCheckpoint))
        && Objects.equals(one.map(Progress::getNextOffset), other.map(Progress::getNextOffset));
  }
}
