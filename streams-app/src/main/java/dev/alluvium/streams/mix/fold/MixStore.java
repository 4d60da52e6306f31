package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.AdmittedProbe;
import dev.alluvium.schemas.avro.MixState;
import dev.alluvium.schemas.avro.OpenContents;
import dev.alluvium.schemas.avro.PooledCandidate;
import dev.alluvium.schemas.avro.RememberedText;
import dev.alluvium.schemas.avro.TrainedExample;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the fold keeps what must survive it. A write is part of the same transaction as the ledger
 * entry that caused it.
 */
public interface MixStore {
  /** The only row of state; null before the first entry. */
  @Nullable MixState state();

  /** Replaces the row of state. */
  void putState(MixState state);

  /** The candidate under a key of the pool; null when there is none. */
  @Nullable PooledCandidate candidate(String key);

  /** Writes a candidate. */
  void putCandidate(String key, PooledCandidate candidate);

  /** Removes a candidate. */
  void deleteCandidate(String key);

  /** Visits the whole pool in order of key. */
  void candidates(BiConsumer<String, PooledCandidate> visitor);

  /** The member of a probe set with a pair id; null when there is none. */
  @Nullable AdmittedProbe probe(String pairId);

  /** Writes a member of a probe set. */
  void putProbe(String pairId, AdmittedProbe probe);

  /** Removes a member of a probe set. */
  void deleteProbe(String pairId);

  /** Visits all probe sets, in any order. */
  void probes(BiConsumer<String, AdmittedProbe> visitor);

  /** What a window without an outcome is made of; null when there is no such window. */
  @Nullable OpenContents openContents(long windowId);

  /** Writes what a window is made of. */
  void putOpenContents(long windowId, OpenContents contents);

  /** Forgets what a window was made of. */
  void deleteOpenContents(long windowId);

  /** Visits the contents of all windows without an outcome. */
  void openContents(Consumer<OpenContents> visitor);

  /** The kept example under a key of the reservoirs; null when there is none. */
  @Nullable TrainedExample trainedExample(String key);

  /** Keeps an example. */
  void putTrainedExample(String key, TrainedExample example);

  /** Removes a kept example. */
  void deleteTrainedExample(String key);

  /** Visits all reservoirs. */
  void trainedExamples(BiConsumer<String, TrainedExample> visitor);

  /** Remembers a text by its candidate's number. */
  void putRememberedText(long number, RememberedText text);

  /** Forgets a text. */
  void deleteRememberedText(long number);

  /** Visits all remembered texts. */
  void rememberedTexts(BiConsumer<Long, RememberedText> visitor);
}
