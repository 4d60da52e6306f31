package dev.alluvium.streams.mix.fold;

import static java.util.Objects.requireNonNull;

import dev.alluvium.schemas.avro.AdmittedProbe;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.serde.AvroSerde;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.message.SchemaStore;
import org.jspecify.annotations.Nullable;

/**
 * Each skill's probe set: first come, first in, each pair once, up to a bound. A probe waits here
 * until a window carries it to the trainer.
 */
final class ProbeSets {
  /** Most bytes of probes in one record; what does not fit goes with the next window. */
  static final int MAX_BYTES = 1024 * 1024;

  private final MixStore store;
  private final Hygiene hygiene;
  private final AvroSerde<Probe> bytes = AvroSerde.of(Probe.class, new SchemaStore.Cache());
  private final Set<String> members = new HashSet<>();
  private final SortedMap<Long, String> waiting = new TreeMap<>();
  private final SortedMap<String, Integer> sizes = new TreeMap<>();
  private long next;

  ProbeSets(MixStore store, Hygiene hygiene, Map<String, Integer> sizes, long next) {
    this.store = store;
    this.hygiene = hygiene;
    this.sizes.putAll(sizes);
    this.next = next;
    store
        .probes()
        .visit(
            (pairId, probe) -> {
              members.add(pairId);
              if (probe.getWaiting() != null) {
                waiting.put(probe.getOrder(), pairId);
              }
            });
  }

  /**
   * Admits a probe.
   *
   * @param most size of a skill's probe set
   * @return why it is not admitted; empty when it is
   */
  Optional<String> add(Probe probe, int most) {
    if (members.contains(probe.getPairId())) {
      return Optional.of("probe_known");
    }
    int size = sizes.getOrDefault(probe.getSkill(), 0);
    if (size >= most) {
      return Optional.of("probe_set_full");
    }
    if (size == 0 && sizes.size() >= PolicyRules.MAX_SKILLS) {
      return Optional.of("too_many_skills");
    }
    store
        .probes()
        .put(
            probe.getPairId(),
            new AdmittedProbe(next, hygiene.watch(probe), probe, probe.getSkill()));
    members.add(probe.getPairId());
    waiting.put(next, probe.getPairId());
    sizes.put(probe.getSkill(), size + 1);
    next++;
    return Optional.empty();
  }

  /** Takes the probes that go with the next window, oldest first. */
  List<Probe> take() {
    List<Probe> taken = new ArrayList<>();
    long size = 0;
    while (!waiting.isEmpty()) {
      long order = waiting.firstKey();
      String pairId = requireNonNull(waiting.get(order));
      AdmittedProbe admitted = requireNonNull(store.probes().get(pairId));
      Probe probe = requireNonNull(admitted.getWaiting());
      size += bytes.toBytes(probe).length;
      if (!taken.isEmpty() && size > MAX_BYTES) {
        break;
      }
      waiting.remove(order);
      store
          .probes()
          .put(pairId, new AdmittedProbe(order, admitted.getGrams(), null, admitted.getSkill()));
      taken.add(probe);
    }
    return taken;
  }

  /** Shrinks the sets to a new bound, newest first, as far as their probes still wait here. */
  void shrink(int most) {
    for (Map.Entry<Long, String> probe : new TreeMap<>(waiting).descendingMap().entrySet()) {
      String pairId = probe.getValue();
      AdmittedProbe admitted = requireNonNull(store.probes().get(pairId));
      String skill = requireNonNull(admitted.getWaiting()).getSkill();
      int size = sizes.getOrDefault(skill, 0);
      if (size > most) {
        remove(pairId, admitted, skill);
      }
    }
  }

  /** Lets go of a pair's probe, wherever it is by now; true when there was one. */
  boolean erase(String pairId) {
    AdmittedProbe admitted = store.probes().get(pairId);
    if (admitted == null) {
      return false;
    }
    remove(pairId, admitted, admitted.getSkill());
    return true;
  }

  private void remove(String pairId, AdmittedProbe admitted, @Nullable String skill) {
    store.probes().delete(pairId);
    hygiene.unwatch(pairId, admitted.getGrams());
    members.remove(pairId);
    waiting.remove(admitted.getOrder());
    if (skill != null) {
      sizes.computeIfPresent(skill, (s, n) -> n == 1 ? null : n - 1);
    }
  }

  /** Size of each skill's set. */
  SortedMap<String, Integer> sizes() {
    return new TreeMap<>(sizes);
  }

  /** Place the next admitted probe gets. */
  long next() {
    return next;
  }
}
