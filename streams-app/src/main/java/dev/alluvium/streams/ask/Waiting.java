package dev.alluvium.streams.ask;

import dev.alluvium.schemas.avro.AskState;
import dev.alluvium.schemas.avro.AskedPair;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The pairs of one task that have no target yet: those a request is out for, and those that are
 * parked until there is room for one, in order of arrival. Everything is in stores, so that it
 * survives a crash and needs no heap.
 */
final class Waiting {
  static final String IN_FLIGHT = "curate-asked";
  static final String PARKED = "curate-parked";
  static final String ORDER = "curate-parked-order";
  static final String STATE = "curate-ask-state";

  private static final String ROW = "state";
  private static final int ROW_BYTES = 200;

  private final KeyValueStore<String, AskedPair> inFlight;
  private final KeyValueStore<String, AskedPair> parked;
  private final KeyValueStore<Long, String> order;
  private final KeyValueStore<String, AskState> state;
  private final AskTotals totals;
  private long oldestParked;
  private long nextParked;

  Waiting(ProcessorContext<?, ?> context) {
    inFlight = context.getStateStore(IN_FLIGHT);
    parked = context.getStateStore(PARKED);
    order = context.getStateStore(ORDER);
    state = context.getStateStore(STATE);
    AskState saved = state.get(ROW);
    if (saved == null) {
      totals = AskTotals.none("ask-" + context.taskId().partition());
    } else {
      totals = AskTotals.of(saved.getReport());
      oldestParked = saved.getOldestParked();
      nextParked = saved.getNextParked();
    }
  }

  AskTotals totals() {
    return totals;
  }

  /** Whether no pair waits. */
  boolean isEmpty() {
    return totals.inFlight() == 0 && totals.parked() == 0;
  }

  /** Writes totals and levels; once at the end of each record. */
  void save() {
    state.put(ROW, new AskState(totals.report(), oldestParked, nextParked));
  }

  /** The pair a request is out for; null when there is none of this ticket. */
  @Nullable AskedPair inFlight(String ticket) {
    return inFlight.get(ticket);
  }

  /** All pairs a request is out for: at most as many as may be. */
  List<AskedPair> inFlight() {
    List<AskedPair> pairs = new ArrayList<>();
    try (KeyValueIterator<String, AskedPair> rows = inFlight.all()) {
      rows.forEachRemaining(row -> pairs.add(row.value));
    }
    return pairs;
  }

  /** A request is out for a new pair. */
  void fly(AskedPair pair) {
    inFlight.put(pair.getTicket(), pair);
    totals.waiting(1);
  }

  /** Another request is out for the pair, or something is known of it. */
  void update(AskedPair pair) {
    inFlight.put(pair.getTicket(), pair);
  }

  /** Nothing is out for the pair any more. */
  void land(AskedPair pair) {
    inFlight.delete(pair.getTicket());
    totals.waiting(-1);
  }

  /**
   * The pair waits until there is room.
   *
   * @param inPlace whether it takes the place of an older edition that was parked
   */
  void park(AskedPair pair, boolean inPlace) {
    parked.put(pair.getTicket(), pair);
    if (!inPlace) {
      order.put(nextParked++, pair.getTicket());
    }
    totals.waiting(1);
    totals.parked(1, bytes(pair));
  }

  /** Takes out the pair that was parked first; null when none is. */
  @Nullable AskedPair unpark() {
    while (oldestParked < nextParked) {
      String ticket = order.delete(oldestParked++);
      AskedPair pair = ticket == null ? null : unpark(ticket);
      if (pair != null) {
        return pair;
      }
    }
    return null;
  }

  /** Takes out whatever waits under a ticket; null when nothing does. */
  @Nullable AskedPair remove(String ticket) {
    AskedPair pair = inFlight.get(ticket);
    if (pair != null) {
      land(pair);
      return pair;
    }
    return unpark(ticket);
  }

  /** Its place in the order stays behind and is passed over. */
  private @Nullable AskedPair unpark(String ticket) {
    AskedPair pair = parked.delete(ticket);
    if (pair != null) {
      totals.waiting(-1);
      totals.parked(-1, -bytes(pair));
    }
    return pair;
  }

  /** About what a pair takes in the store: its characters and a little for the rest. */
  static long bytes(AskedPair pair) {
    Candidate candidate = pair.getCandidate();
    long chars = candidate.getGold().length() + candidate.getTarget().getText().length();
    chars += candidate.getPrompt().getInstruction().length();
    chars += length(candidate.getPrompt().getContext());
    for (Turn turn : candidate.getPrompt().getHistory()) {
      chars += turn.getText().length();
    }
    for (String test : candidate.getTests()) {
      chars += test.length();
    }
    for (Map.Entry<String, String> entry : pair.getMeta().entrySet()) {
      chars += entry.getKey().length() + entry.getValue().length();
    }
    return ROW_BYTES + chars;
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }
}
