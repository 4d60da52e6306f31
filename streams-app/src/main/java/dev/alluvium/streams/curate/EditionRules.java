package dev.alluvium.streams.curate;

import dev.alluvium.schemas.avro.Edition;
import dev.alluvium.schemas.avro.Editions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells duplicates and newer editions from new pairs, among pairs with the same prompt. */
final class EditionRules {
  /** Most ids remembered for one prompt; the oldest is forgotten first. */
  static final int MAX_EDITIONS = 16;

  /** What a pair is beside those that went before it. */
  enum Novelty {
    /** Neither its id nor its content is known. */
    NEW,
    /** Its content is the newest gold of some id. */
    DUPLICATE,
    /** Its id is known with another gold. */
    SUPERSEDING
  }

  /** The verdict, and what to remember from now on. */
  record Judged(Novelty novelty, Editions remembered) {}

  private EditionRules() {}

  /**
   * Judges a pair.
   *
   * @param known what is remembered of the prompt; null when nothing
   * @param pairId the pair's id
   * @param content hash of prompt and gold
   */
  static Judged judge(@Nullable Editions known, String pairId, String content) {
    List<Edition> editions = known == null ? List.of() : known.getEditions();
    if (known != null && editions.stream().anyMatch(e -> e.getContent().equals(content))) {
      return new Judged(Novelty.DUPLICATE, known);
    }
    List<Edition> next = new ArrayList<>(editions);
    boolean knownId = next.removeIf(e -> e.getPairId().equals(pairId));
    next.add(new Edition(pairId, content));
    if (next.size() > MAX_EDITIONS) {
      next.remove(0);
    }
    return new Judged(knownId ? Novelty.SUPERSEDING : Novelty.NEW, new Editions(next));
  }
}
