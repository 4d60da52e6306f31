package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.HygieneRules;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.RememberedText;
import dev.alluvium.streams.mix.hygiene.Contamination;
import dev.alluvium.streams.mix.hygiene.NearDuplicates;
import dev.alluvium.streams.mix.hygiene.NearDuplicates.Remembered;
import dev.alluvium.streams.mix.hygiene.Shingles;
import dev.alluvium.streams.mix.hygiene.Words;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Refuses candidates that are well formed and still no good: near-duplicates of earlier ones, and
 * those that give a probe away.
 */
final class Hygiene {
  private final MixStore store;
  private final MixMemory memory;
  private final NearDuplicates remembered;
  private final Contamination contamination = new Contamination();

  Hygiene(MixStore store, MixMemory memory) {
    this.store = store;
    this.memory = memory;
    this.remembered = new NearDuplicates(most(rules()));
    SortedMap<Long, Remembered> texts = new TreeMap<>();
    store
        .remembered()
        .visit(
            (key, text) ->
                texts.put(
                    text.getNumber() == 0 ? Long.parseLong(key) : text.getNumber(),
                    new Remembered(
                        text.getEdition(), bytes(text.getSignature()), text.getAt(), key)));
    texts.values().forEach(remembered::add);
    store.probes().visit((pairId, probe) -> contamination.add(pairId, probe.getGrams()));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /** Applies bounds, to what is remembered already too. */
  void enforce(HygieneRules rules) {
    while (remembered.size() > most(rules)) {
      store.remembered().delete(remembered.removeOldest());
    }
    remembered.resize(most(rules));
  }

  /** Texts that are remembered at a time: none where they are compared with none. */
  private static int most(@Nullable HygieneRules rules) {
    return rules == null || rules.getSimilarity() == 0 ? 0 : rules.getRemembered();
  }

  /**
   * Why a candidate is refused; empty when it is not, and then it is remembered.
   *
   * @param number the number it will have
   * @param edition hash of its pair id and prompt
   */
  Optional<String> refuse(long number, String edition, Candidate candidate) {
    HygieneRules rules = rules();
    if (rules == null || (most(rules) == 0 && !looksOut(rules))) {
      return Optional.empty();
    }
    Said said = Said.by(candidate);
    if (looksOut(rules) && givesAway(said, rules)) {
      return Optional.of("contaminated");
    }
    return most(rules) == 0 ? Optional.empty() : repeated(number, edition, said, rules);
  }

  /** Whether candidates are compared with probes now. */
  boolean comparesWithProbes() {
    HygieneRules rules = rules();
    return rules != null && rules.getOverlap() > 0;
  }

  /** Whether a candidate gives away a probe that is known by now. */
  boolean givesAway(Candidate candidate) {
    HygieneRules rules = rules();
    return rules != null && looksOut(rules) && givesAway(Said.by(candidate), rules);
  }

  private boolean looksOut(HygieneRules rules) {
    return rules.getOverlap() > 0 && contamination.any();
  }

  private boolean givesAway(Said said, HygieneRules rules) {
    String gold = said.candidate.getGold();
    String target = said.candidate.getTarget().getText();
    long[] grams =
        Shingles.of(
            Contamination.WORDS,
            said.instruction,
            Words.of(said.candidate.getPrompt().getContext()),
            said.gold,
            Words.of(target.equals(gold) ? null : target));
    return contamination.find(grams, rules.getOverlap()).isPresent();
  }

  /** A candidate with the words that are compared with other candidates and with probes alike. */
  private record Said(Candidate candidate, Words instruction, Words gold) {
    static Said by(Candidate candidate) {
      return new Said(
          candidate,
          Words.of(candidate.getPrompt().getInstruction()),
          Words.of(candidate.getGold()));
    }
  }

  /**
   * Many questions are asked about one context, and one question of many contexts: so only pairs of
   * the same context are compared, by instruction and gold.
   */
  private Optional<String> repeated(long number, String edition, Said said, HygieneRules rules) {
    long[] shingles =
        Shingles.within(
            said.candidate.getPrompt().getContext(),
            Shingles.of(NearDuplicates.WORDS, said.instruction, said.gold));
    byte[] signature = remembered.signature(shingles);
    if (signature == null) {
      return Optional.empty();
    }
    Optional<String> free = makeRoom(rules);
    if (remembered.hasSimilar(signature, edition, rules.getSimilarity())) {
      free.ifPresent(store.remembered()::delete);
      return Optional.of("near_duplicate");
    }
    String key = free.orElseGet(() -> Long.toString(number));
    remembered.add(new Remembered(edition, signature, memory.clock, key));
    store
        .remembered()
        .put(key, new RememberedText(edition, ByteBuffer.wrap(signature), memory.clock, number));
    return Optional.empty();
  }

  /** Forgets old texts; gives the key of a row to be written over or deleted, if there was one. */
  private Optional<String> makeRoom(HygieneRules rules) {
    long latest = memory.clock - rules.getRememberedMillis();
    Optional<String> free = Optional.empty();
    while (remembered.size() > 0
        && (remembered.size() >= rules.getRemembered() || remembered.oldestAt() <= latest)) {
      free.ifPresent(store.remembered()::delete);
      free = Optional.of(remembered.removeOldest());
    }
    return free;
  }

  private @Nullable HygieneRules rules() {
    return memory.policy() == null ? null : memory.policy().getHygiene();
  }

  /**
   * Looks out for a probe; gives the grams to keep with it. Where there is a context the
   * instruction is most often common to many pairs, and says nothing of this one.
   */
  List<Long> watch(Probe probe) {
    String context = probe.getPrompt().getContext();
    String asked = context == null ? probe.getPrompt().getInstruction() : context;
    List<Long> grams =
        Contamination.kept(
            Shingles.of(Contamination.WORDS, Words.of(asked), Words.of(probe.getGold())));
    if (!contamination.hasRoom(grams.size())) {
      memory.books.ignored("probe_unwatched");
      grams = List.of();
    }
    contamination.add(probe.getPairId(), grams);
    return grams;
  }

  /** Looks out for a probe no more. */
  void unwatch(String pairId, List<Long> grams) {
    contamination.remove(pairId, grams);
  }
}
