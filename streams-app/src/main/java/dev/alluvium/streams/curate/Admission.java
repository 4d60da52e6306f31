package dev.alluvium.streams.curate;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Editions;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.avro.ValidPair;
import dev.alluvium.streams.curate.EditionRules.Judged;
import dev.alluvium.streams.curate.EditionRules.Novelty;
import dev.alluvium.streams.text.HoldOut;
import dev.alluvium.streams.text.PairHashes;
import dev.alluvium.streams.text.SkillClassifier;
import dev.alluvium.streams.text.TokenEstimate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a usable pair into its line of the ledger: deduplicate, classify, hold out. */
final class Admission {
  static final String CANDIDATE = "candidate";
  static final String PROBE = "probe";

  private final SkillClassifier classifier;
  private final HoldOut holdOut;
  private final TargetDecision targets;

  Admission(SkillClassifier classifier, HoldOut holdOut, TargetDecision targets) {
    this.classifier = classifier;
    this.holdOut = holdOut;
    this.targets = targets;
  }

  /**
   * What becomes of a pair.
   *
   * @param line for the ledger; null for a duplicate
   * @param skill the pair's skill; null for a duplicate
   */
  record Admitted(Judged judged, Output.@Nullable Line line, @Nullable String skill) {}

  /**
   * Decides on a pair.
   *
   * @param prompt hash of its prompt
   * @param known what is remembered of the prompt; null when nothing
   */
  Admitted admit(String prompt, ValidPair valid, @Nullable Editions known) {
    Pair pair = valid.getPair();
    String content = PairHashes.content(prompt, pair.getResponse());
    String pairId = PairHashes.id(pair, content);
    Judged judged = EditionRules.judge(known, pairId, content);
    if (judged.novelty() == Novelty.DUPLICATE) {
      return new Admitted(judged, null, null);
    }
    String skill = classifier.skillOf(pair);
    String group = PairHashes.group(pair);
    Prompt shown = new Prompt(pair.getInstruction(), pair.getContext(), pair.getHistory());
    Output.Line line =
        holdOut.holds(group)
            ? line(PROBE, probe(valid, pairId, skill, group, shown))
            : line(
                CANDIDATE,
                candidate(
                    valid, pairId, skill, group, shown, judged.novelty() == Novelty.SUPERSEDING));
    return new Admitted(judged, line, skill);
  }

  private static Output.Line line(String kind, Object entry) {
    return new Output.Line(kind, new LedgerEntry(entry));
  }

  private static Probe probe(
      ValidPair valid, String pairId, String skill, String group, Prompt shown) {
    Pair pair = valid.getPair();
    return new Probe(
        pairId,
        skill,
        group,
        shown,
        pair.getResponse(),
        pair.getAnswer(),
        pair.getTests(),
        valid.getPosition());
  }

  private Candidate candidate(
      ValidPair valid,
      String pairId,
      String skill,
      String group,
      Prompt shown,
      boolean supersedes) {
    Pair pair = valid.getPair();
    Target target = targets.targetOf(valid);
    return new Candidate(
        pairId,
        skill,
        group,
        pair.getSource(),
        shown,
        target,
        pair.getResponse(),
        pair.getAnswer(),
        pair.getTests(),
        TokenEstimate.of(shown, target.getText()),
        valid.getEventTime(),
        valid.getPosition(),
        supersedes,
        List.of());
  }
}
