package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.schemas.window.WindowDigest;
import dev.alluvium.streams.mix.quota.Plan;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.ListSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.jspecify.annotations.Nullable;

/** Writes a window: open, examples in an order that only policy and window decide, close. */
final class WindowWriter {
  private WindowWriter() {}

  /**
   * What a window is written under.
   *
   * @param stage stage of the DMT cycle; null without DMT
   * @param ledgerOffset the entry that closed it
   */
  record Heading(
      long windowId,
      String policyDigest,
      String stateDigest,
      @Nullable String stage,
      long ledgerOffset) {}

  /**
   * Writes a window.
   *
   * @param contents its examples, in any order that is the same whenever the ledger is folded
   * @return the same in the order they were written
   */
  static List<Content> write(
      Heading heading, Plan plan, List<Probe> newProbes, List<Content> contents, MixOutput out) {
    List<Content> order = new ArrayList<>(contents);
    ListSampler.shuffle(random(heading), order);
    List<Example> examples = new ArrayList<>();
    SortedMap<String, Integer> perSkill = new TreeMap<>();
    long tokens = 0;
    for (Content content : order) {
      Candidate candidate = content.candidate();
      examples.add(example(heading.windowId(), examples.size(), content));
      perSkill.merge(candidate.getSkill(), 1, Integer::sum);
      tokens += candidate.getEstimatedTokens();
    }
    long id = heading.windowId();
    out.window(id, new WindowRecord(open(heading, plan, newProbes)));
    examples.forEach(example -> out.window(id, new WindowRecord(example)));
    WindowClose close =
        new WindowClose(
            id,
            plan.reason(),
            examples.size(),
            perSkill,
            tokens,
            WindowDigest.of(examples),
            heading.ledgerOffset());
    out.window(id, new WindowRecord(close));
    return order;
  }

  private static WindowOpen open(Heading heading, Plan plan, List<Probe> newProbes) {
    return new WindowOpen(
        heading.windowId(),
        MixFold.VERSION,
        heading.policyDigest(),
        heading.stateDigest(),
        plan.planned(),
        heading.stage(),
        newProbes);
  }

  private static Example example(long windowId, int index, Content content) {
    Candidate candidate = content.candidate();
    return new Example(
        windowId,
        index,
        candidate.getPairId(),
        candidate.getSkill(),
        candidate.getPrompt(),
        candidate.getTarget(),
        content.replayOf(),
        candidate.getEstimatedTokens(),
        candidate.getEventTime(),
        candidate.getPosition());
  }

  private static UniformRandomProvider random(Heading heading) {
    String seed =
        Digests.sha256("shuffle-1", heading.policyDigest(), Long.toString(heading.windowId()));
    ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(seed));
    return RandomSource.XO_RO_SHI_RO_128_PP.create(new long[] {bytes.getLong(), bytes.getLong()});
  }
}
