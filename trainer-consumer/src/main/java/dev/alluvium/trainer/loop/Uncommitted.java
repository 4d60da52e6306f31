package dev.alluvium.trainer.loop;

import dev.alluvium.schemas.avro.DeadLetter;
import dev.alluvium.schemas.avro.ErasedPlaces;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.TrainReport;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.loop.WindowTraining.Books;
import java.util.ArrayList;
import java.util.List;

/** The windows since the last commit, of which the log knows nothing yet. */
final class Uncommitted {
  private final List<Books> trained = new ArrayList<>();
  private final List<Skipped> skipped = new ArrayList<>();

  /** A window that was passed over. */
  private record Skipped(long window, int examples) {}

  /** A window is in the weights. */
  void trained(Books books) {
    trained.add(books);
  }

  /** A window was passed over. */
  void passedOver(Window window) {
    skipped.add(new Skipped(window.id(), window.examples().size()));
  }

  /** Whether there is none. */
  boolean isEmpty() {
    return trained.isEmpty() && skipped.isEmpty();
  }

  /** How long they were trained. */
  long millis() {
    return reports().stream().mapToLong(TrainReport::getMillis).sum();
  }

  /** Those that were passed over. */
  List<Long> passedOver() {
    return skipped.stream().map(Skipped::window).toList();
  }

  /** What of them was left out because it was erased. */
  List<ErasedPlaces> erased() {
    return trained.stream()
        .filter(books -> !books.erased().isEmpty())
        .map(books -> new ErasedPlaces(books.report().getWindowId(), books.erased()))
        .toList();
  }

  /** What becomes of them once a checkpoint counts. */
  List<Outcome> outcomes(String checkpoint) {
    List<Outcome> outcomes = new ArrayList<>();
    trained.forEach(books -> outcomes.add(books.outcome(checkpoint)));
    skipped.forEach(
        one -> outcomes.add(Rollback.quarantined(one.window(), one.examples(), checkpoint)));
    return outcomes;
  }

  /** How the training of each went. */
  List<TrainReport> reports() {
    return trained.stream().map(Books::report).toList();
  }

  /** What of them could not be trained. */
  List<DeadLetter> deadLetters() {
    return trained.stream().flatMap(books -> books.deadLetters().stream()).toList();
  }

  /** They are in the log, or thrown away. */
  void clear() {
    trained.clear();
    skipped.clear();
  }
}
