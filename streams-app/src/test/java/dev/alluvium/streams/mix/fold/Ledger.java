package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.Command;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyChange;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Promotion;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.avro.Tick;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes ledger entries. */
public final class Ledger {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final SourcePosition POSITION = new SourcePosition("pairs.v1", 0, 7L);

  private Ledger() {}

  /** A policy of windows of so many examples, with room for everything else. */
  public static Policy policy(int windowExamples, Map<String, Integer> weights) {
    return Policy.newBuilder()
        .setWeights(weights)
        .setDefaultWeight(weights.isEmpty() ? 1 : 0)
        .setWindowExamples(windowExamples)
        .setWindowTokens(1_000_000)
        .setWindowMillis(10_000)
        .setMinFill(1)
        .setMaxCarry(100)
        .setPoolExamples(10_000)
        .setPoolMillis(86_400_000)
        .setProbesPerSkill(10)
        .setMaxAhead(2)
        .setMaxStaleness(2)
        .build();
  }

  public static LedgerEntry policyChange(@Nullable String basedOn, Policy policy) {
    return new LedgerEntry(new PolicyChange("p", basedOn, false, policy));
  }

  public static LedgerEntry candidate(String id, String skill) {
    return candidate(id, skill, 10, false);
  }

  public static LedgerEntry candidate(String id, String skill, int tokens, boolean supersedes) {
    return candidate(id, id, skill, tokens, supersedes);
  }

  /** A candidate whose question has a name of its own, for ids that several questions share. */
  public static LedgerEntry candidate(
      String id, String question, String skill, int tokens, boolean supersedes) {
    Target target =
        Target.newBuilder()
            .setText("answer to " + id)
            .setOrigin(Origin.GOLD)
            .setReason("s3ft_off")
            .build();
    return new LedgerEntry(
        new Candidate(
            id,
            skill,
            "group of " + question,
            null,
            prompt(question),
            target,
            target.getText(),
            null,
            List.of(),
            tokens,
            NOON.toEpochMilli(),
            POSITION,
            supersedes,
            List.of()));
  }

  /** The same candidate with another gold. */
  public static LedgerEntry saying(String gold, LedgerEntry entry) {
    Candidate candidate = (Candidate) entry.getEntry();
    Target target = Target.newBuilder(candidate.getTarget()).setText(gold).build();
    return new LedgerEntry(Candidate.newBuilder(candidate).setTarget(target).setGold(gold).build());
  }

  /** The same candidate with a text that a version of the model wrote. */
  public static LedgerEntry writtenBy(String version, LedgerEntry entry) {
    Candidate candidate = (Candidate) entry.getEntry();
    Target target =
        Target.newBuilder(candidate.getTarget())
            .setText("own words")
            .setOrigin(Origin.MODEL)
            .setModelVersion(version)
            .build();
    return new LedgerEntry(Candidate.newBuilder(candidate).setTarget(target).build());
  }

  public static LedgerEntry promotion(long number) {
    return promotion(number, 0);
  }

  /** Of a version by which skills have slipped. */
  public static LedgerEntry promotion(long number, long lastWindow, String... slipped) {
    return new LedgerEntry(
        new Promotion("v%06d".formatted(number), number, lastWindow, List.of(slipped)));
  }

  public static LedgerEntry probe(String id, String skill) {
    return probe(id, skill, "answer to " + id);
  }

  public static LedgerEntry probe(String id, String skill, String gold) {
    return new LedgerEntry(
        new Probe(id, skill, "group of " + id, prompt(id), gold, null, List.of(), POSITION));
  }

  private static Prompt prompt(String id) {
    return new Prompt("question " + id, null, List.of());
  }

  /** A tick so many milliseconds after noon. */
  public static LedgerEntry tick(long millis) {
    return new LedgerEntry(new Tick(NOON.plusMillis(millis)));
  }

  public static LedgerEntry outcome(long window, OutcomeStatus status) {
    return outcome(window, status, List.of());
  }

  public static LedgerEntry outcome(long window, OutcomeStatus status, List<Integer> refused) {
    return new LedgerEntry(new Outcome(window, status, "c1", 0, refused, Map.of()));
  }

  public static LedgerEntry trained(long window) {
    return outcome(window, OutcomeStatus.TRAINED);
  }

  public static LedgerEntry command(String requestId, CommandKind kind) {
    String argument = kind == CommandKind.FLUSH ? null : "v000001";
    return new LedgerEntry(new Command(requestId, kind, argument));
  }

  public static LedgerEntry erase(String pairId) {
    return new LedgerEntry(new Command("erase " + pairId, CommandKind.ERASE, pairId));
  }
}
