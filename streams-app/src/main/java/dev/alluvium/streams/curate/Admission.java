package dev.alluvium.streams.curate;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Editions;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Pair;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.avro.ValidPair;
import dev.alluvium.streams.curate.EditionRules.Judged;
import dev.alluvium.streams.curate.EditionRules.Novelty;
import dev.alluvium.streams.prompt.PromptFiles;
import dev.alluvium.streams.text.HoldOut;
import dev.alluvium.streams.text.PairHashes;
import dev.alluvium.streams.text.SkillClassifier;
import dev.alluvium.streams.text.TokenEstimate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Deduplicates, classifies and holds out: a usable pair becomes a probe, or needs a target. */
final class Admission {
  static final String PROBE = "probe";
  private static final String GOLD = "s3ft_off";

  private final SkillClassifier classifier;
  private final HoldOut holdOut;
  private final PromptFiles prompts;

  Admission(SkillClassifier classifier, HoldOut holdOut, PromptFiles prompts) {
    this.classifier = classifier;
    this.holdOut = holdOut;
    this.prompts = prompts;
  }

  /**
   * What becomes of a pair.
   *
   * @param output a probe's line of the ledger, or a pair that needs a target; null for a duplicate
   * @param skill the pair's skill; null for a duplicate
   * @param unknownSkill whether it names no skill and matches no rule
   */
  record Admitted(
      Judged judged, @Nullable Output output, @Nullable String skill, boolean unknownSkill) {}

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
      return new Admitted(judged, null, null, false);
    }
    String found = classifier.find(pair);
    String skill = classifier.orDefault(found);
    String group = PairHashes.group(pair);
    Prompt asked = new Prompt(pair.getInstruction(), pair.getContext(), pair.getHistory());
    Prompt shown = prompts.answer(skill, asked);
    boolean supersedes = judged.novelty() == Novelty.SUPERSEDING;
    Output output =
        pair.getProbe() || holdOut.holds(group)
            ? new Output.Line(PROBE, new LedgerEntry(probe(valid, pairId, skill, group, shown)))
            : new Output.Untargeted(
                candidate(valid, pairId, skill, group, shown, supersedes),
                shown.equals(asked) ? null : asked,
                pair.getMeta());
    return new Admitted(judged, output, skill, found == null);
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
    Target target =
        Target.newBuilder()
            .setText(pair.getResponse())
            .setOrigin(Origin.GOLD)
            .setReason(GOLD)
            .setTemplate(prompts.answerDigest(skill))
            .build();
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
        valid.getEventTime().toEpochMilli(),
        valid.getPosition(),
        supersedes,
        List.of());
  }
}
