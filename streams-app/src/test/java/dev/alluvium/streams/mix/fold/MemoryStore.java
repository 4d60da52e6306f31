package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.AdmittedProbe;
import dev.alluvium.schemas.avro.MixState;
import dev.alluvium.schemas.avro.OpenContents;
import dev.alluvium.schemas.avro.PooledCandidate;
import dev.alluvium.schemas.avro.RememberedText;
import dev.alluvium.schemas.avro.TrainedExample;
import dev.alluvium.schemas.avro.TrainedWindow;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A store in memory that tests may look into. */
final class MemoryStore {
  private final MemoryTable<MixState> state = new MemoryTable<>(MixState.class);
  private final MemoryTable<PooledCandidate> pool = new MemoryTable<>(PooledCandidate.class);
  private final MemoryTable<AdmittedProbe> probes = new MemoryTable<>(AdmittedProbe.class);
  private final MemoryTable<OpenContents> open = new MemoryTable<>(OpenContents.class);
  private final MemoryTable<RememberedText> remembered = new MemoryTable<>(RememberedText.class);
  private final MemoryTable<TrainedWindow> trained = new MemoryTable<>(TrainedWindow.class);
  private final MemoryTable<TrainedExample> reservoirs = new MemoryTable<>(TrainedExample.class);

  /** The tables, for a fold. */
  final MixStore tables = new MixStore(state, pool, probes, open, reservoirs, trained, remembered);

  /** Candidates that wait or belong to a window without an outcome, erased ones included. */
  int candidates() {
    int[] erased = new int[1];
    open.visit(
        (window, contents) ->
            contents.getPlaces().forEach(place -> erased[0] += place.getErased() ? 1 : 0));
    return pool.keys().size() + erased[0];
  }

  /** Candidates that wait. */
  int pooled() {
    return pooled("");
  }

  /** Candidates of a skill that wait; of all skills when it is empty. */
  int pooled(String skill) {
    Set<String> waiting = new HashSet<>(pool.keys());
    open.visit((window, contents) -> contents.getPlaces().forEach(p -> waiting.remove(p.getKey())));
    String prefix = skill.isEmpty() ? "" : skill + "|";
    return (int) waiting.stream().filter(key -> key.startsWith(prefix)).count();
  }

  /** Windows whose contents are kept. */
  int openWindows() {
    return open.keys().size();
  }

  /** Texts that are remembered. */
  int remembered() {
    return remembered.keys().size();
  }

  /** Keys of what may be replayed. */
  Set<String> kept() {
    return reservoirs.keys();
  }

  /** The row of state; null before the first entry. */
  @Nullable MixState state() {
    return state.keys().stream().findFirst().map(state::get).orElse(null);
  }
}
