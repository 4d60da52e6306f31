package dev.alluvium.cli.operate;

import dev.alluvium.cli.operate.Lineage.Edition;
import dev.alluvium.cli.operate.Lineage.HeldOut;
import dev.alluvium.cli.operate.Lineage.InWindow;
import dev.alluvium.cli.operate.Lineage.Learnt;
import dev.alluvium.cli.operate.Lineage.Letter;
import dev.alluvium.cli.operate.Lineage.Result;
import dev.alluvium.cli.operate.Lineage.Text;
import dev.alluvium.cli.operate.Lineage.Words;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.streams.text.PairHashes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Records in, lineage out. Keeps what is about one pair, and no text unless it is asked for. Takes
 * the windows first, then the ledger, then the dead letters: what the ledger says of windows is
 * kept only for those that the pair was in.
 */
final class LineageFold {
  private final String pair;
  private final Versions versions;
  private final LetterOwner owner;
  private final boolean withText;
  private final WindowFates fates;

  private final SortedSet<Long> windows = new TreeSet<>();
  private final List<Found> places = new ArrayList<>();
  private final Map<SourcePosition, Long> carried = new HashMap<>();
  private final List<Draft> editions = new ArrayList<>();
  private final Map<String, Integer> newest = new HashMap<>();
  private final Set<SourcePosition> arrived = new HashSet<>();
  private final List<Letter> letters = new ArrayList<>();
  private final List<Long> erased = new ArrayList<>();
  private final Map<SourcePosition, Long> measuredUntil = new HashMap<>();
  private long lastWindow;

  /** An example before it is known what became of its window. */
  private record Found(
      long window,
      int index,
      long offset,
      SourcePosition arrived,
      @Nullable Long replayOf,
      Words words) {}

  /** An edition, and whether it is held out, before all outcomes are known. */
  private record Draft(Edition edition, boolean isProbe) {}

  /**
   * Before the first record.
   *
   * @param versions the versions there are
   * @param withText whether the pair's text is wanted
   */
  LineageFold(String pair, Versions versions, LetterOwner owner, boolean withText) {
    this.pair = pair;
    this.versions = versions;
    this.owner = owner;
    this.withText = withText;
    this.fates = new WindowFates(versions.all(), windows::contains);
  }

  /** The next record of training.windows.v1. */
  void window(long offset, WindowRecord record) {
    Object part = record.getRecord();
    if (part instanceof WindowOpen open) {
      lastWindow = open.getWindowId();
      open.getNewProbes().stream()
          .filter(probe -> probe.getPairId().equals(pair))
          .forEach(
              probe -> {
                windows.add(open.getWindowId());
                carried.put(probe.getPosition(), open.getWindowId());
              });
    } else if (part instanceof Example example && example.getPairId().equals(pair)) {
      windows.add(example.getWindowId());
      places.add(
          new Found(
              example.getWindowId(),
              example.getIndex(),
              offset,
              example.getPosition(),
              example.getReplayOf(),
              Words.of(example.getTarget())));
    } else if (part instanceof Control control
        && control.getKind() == CommandKind.ERASE
        && pair.equals(control.getArgument())) {
      carried.keySet().forEach(probe -> measuredUntil.putIfAbsent(probe, lastWindow));
    }
  }

  /** The next entry of the ledger. */
  void ledger(long offset, LedgerEntry entry) {
    Object line = entry.getEntry();
    if (line instanceof Outcome outcome) {
      fates.accept(outcome);
    } else if (line instanceof Candidate candidate && candidate.getPairId().equals(pair)) {
      add(candidate, offset);
    } else if (line instanceof Probe probe && probe.getPairId().equals(pair)) {
      add(probe, offset);
    } else if (line instanceof Command command
        && command.getKind() == CommandKind.ERASE
        && pair.equals(command.getArgument())) {
      erased.add(offset);
    }
  }

  /** The next dead letter. */
  void deadLetter(long offset, DeadLetter letter) {
    if (arrived.contains(letter.getSource()) || owner.owns(letter, pair)) {
      letters.add(
          new Letter(
              offset,
              letter.getTime(),
              letter.getStage(),
              letter.getReason(),
              letter.getSource(),
              withText ? letter.getDetail() : null));
    }
  }

  /** What is known by now. */
  Lineage lineage() {
    List<Learnt> learnt =
        versions.all().stream().flatMap(version -> learnt(version).stream()).toList();
    return new Lineage(
        pair,
        editions.stream().map(this::edition).toList(),
        List.copyOf(erased),
        List.copyOf(letters),
        places.stream().map(this::place).toList(),
        learnt,
        untold(learnt));
  }

  private void add(Candidate candidate, long offset) {
    Text text =
        withText
            ? new Text(candidate.getPrompt(), candidate.getTarget().getText(), candidate.getGold())
            : null;
    add(
        new Edition(
            offset,
            candidate.getPosition(),
            Instant.ofEpochMilli(candidate.getEventTime()),
            candidate.getSkill(),
            candidate.getGroup(),
            candidate.getSource(),
            Words.of(candidate.getTarget()),
            List.copyOf(candidate.getVerdicts()),
            null,
            null,
            text),
        candidate.getPrompt(),
        false);
  }

  private void add(Probe probe, long offset) {
    Text text = withText ? new Text(probe.getPrompt(), null, probe.getGold()) : null;
    add(
        new Edition(
            offset,
            probe.getPosition(),
            null,
            probe.getSkill(),
            probe.getGroup(),
            null,
            null,
            List.of(),
            null,
            null,
            text),
        probe.getPrompt(),
        true);
  }

  /** Of two candidates with one id and one prompt the newer supersedes; probes are frozen. */
  private void add(Edition edition, Prompt prompt, boolean isProbe) {
    if (!isProbe) {
      Integer older = newest.put(PairHashes.edition(pair, prompt), editions.size());
      if (older != null) {
        Edition before = editions.get(older).edition();
        editions.set(older, new Draft(superseded(before, edition.offset()), false));
      }
    }
    editions.add(new Draft(edition, isProbe));
    arrived.add(edition.arrived());
  }

  private static Edition superseded(Edition edition, long by) {
    return new Edition(
        edition.offset(),
        edition.arrived(),
        edition.eventTime(),
        edition.skill(),
        edition.group(),
        edition.source(),
        edition.words(),
        edition.verdicts(),
        by,
        null,
        edition.text());
  }

  private Edition edition(Draft draft) {
    Edition edition = draft.edition();
    if (!draft.isProbe()) {
      return edition;
    }
    Long window = carried.get(edition.arrived());
    long until = measuredUntil.getOrDefault(edition.arrived(), Long.MAX_VALUE);
    List<String> measured =
        window == null
            ? List.of()
            : versions.all().stream()
                .filter(version -> version.getProbes().containsKey(edition.skill()))
                .filter(version -> fates.isMeasured(version, window))
                .filter(version -> version.getLastWindow() <= until)
                .map(ModelVersion::getVersion)
                .toList();
    return new Edition(
        edition.offset(),
        edition.arrived(),
        null,
        edition.skill(),
        edition.group(),
        null,
        null,
        List.of(),
        null,
        new HeldOut(window, measured),
        edition.text());
  }

  private InWindow place(Found place) {
    return new InWindow(
        place.window(),
        place.offset(),
        place.arrived(),
        place.replayOf(),
        place.words(),
        result(place));
  }

  private Result result(Found place) {
    if (fates.isForgotten(place.window())) {
      return Result.FORGOTTEN;
    }
    Optional<OutcomeStatus> outcome = fates.outcome(place.window());
    if (outcome.isEmpty()) {
      return Result.WAITING;
    }
    if (fates.isRefused(place.window(), place.index())) {
      return Result.REFUSED;
    }
    return outcome.get() == OutcomeStatus.TRAINED ? Result.TRAINED : Result.QUARANTINED;
  }

  private Optional<Learnt> learnt(ModelVersion version) {
    SortedSet<Long> learnt = fates.learnt(version);
    List<Long> from =
        places.stream()
            .filter(place -> learnt.contains(place.window()))
            .filter(place -> !fates.isRefused(place.window(), place.index()))
            .map(Found::window)
            .distinct()
            .toList();
    boolean answers = versions.serving().filter(version.getVersion()::equals).isPresent();
    return from.isEmpty()
        ? Optional.empty()
        : Optional.of(new Learnt(version.getVersion(), version.getStatus(), answers, from));
  }

  /** Versions of which it is not known whether they learnt from it, or were measured by it. */
  private List<String> untold(List<Learnt> told) {
    Set<String> learnt = told.stream().map(Learnt::version).collect(Collectors.toSet());
    return versions.all().stream()
        .filter(version -> !learnt.contains(version.getVersion()))
        .filter(this::mayHaveSeenIt)
        .map(ModelVersion::getVersion)
        .toList();
  }

  private boolean mayHaveSeenIt(ModelVersion version) {
    long last = version.getLastWindow();
    boolean lost = !fates.tellsOf(version);
    return places.stream()
            .anyMatch(p -> p.window() <= last && (lost || fates.isForgotten(p.window())))
        || carried.values().stream().anyMatch(window -> window <= last && lost);
  }
}
