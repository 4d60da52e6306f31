package dev.alluvium.cli.testing;

import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.DmtRules;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyChange;
import dev.alluvium.schemas.avro.PolicyKind;
import dev.alluvium.schemas.avro.Promotion;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.ReplayRules;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.avro.Tick;
import dev.alluvium.streams.config.MixSettings;
import dev.alluvium.streams.policy.PolicyRules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.jspecify.annotations.Nullable;

/**
 * A ledger with candidates of several skills, some in a version's words, ticks, outcomes,
 * promotions by which skills may slip, and changes of policy.
 */
public final class RandomLedger {
  private static final String[] SKILLS = {"code", "general", "math", "reading"};
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final UniformRandomProvider random;
  private final List<LedgerEntry> entries = new ArrayList<>();
  private String policy = "";
  private long millis;
  private long candidates;
  private long promoted;

  private RandomLedger(long seed) {
    this.random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
  }

  /** So many entries that only the seed decides. */
  public static List<LedgerEntry> of(long seed, int size) {
    RandomLedger ledger = new RandomLedger(seed);
    ledger.change(null);
    while (ledger.entries.size() < size) {
      ledger.next();
    }
    return ledger.entries;
  }

  private void next() {
    int dice = random.nextInt(1_000);
    if (dice < 900) {
      add(candidate("c" + candidates++, SKILLS[random.nextInt(SKILLS.length)]));
    } else if (dice < 985) {
      millis += random.nextInt(3_000);
      add(new Tick(NOON.plusMillis(millis)));
    } else if (dice < 993) {
      outcomes();
    } else if (dice < 997) {
      promotion();
    } else {
      change(policy);
    }
  }

  /** Of the last windows; those that have one already, or are not there yet, are passed over. */
  private void outcomes() {
    long last = candidates / 40;
    for (long window = Math.max(1, last - 30); window <= last; window++) {
      OutcomeStatus status =
          random.nextInt(10) == 0 ? OutcomeStatus.QUARANTINED : OutcomeStatus.TRAINED;
      add(new Outcome(window, status, "c", 0, List.of(), Map.of()));
    }
  }

  /** Of a version with the windows that have an outcome by now; mostly a skill has slipped. */
  private void promotion() {
    String[] slipped =
        random.nextInt(3) == 0
            ? new String[0]
            : new String[] {SKILLS[random.nextInt(SKILLS.length)]};
    promoted++;
    add(new Promotion(version(promoted), promoted, candidates / 40, List.of(slipped)));
  }

  private static String version(long number) {
    return "v%06d".formatted(number);
  }

  private void change(@Nullable String basedOn) {
    boolean staged = random.nextBoolean();
    Policy next =
        Policy.newBuilder(MixSettings.defaults().rules())
            .setKind(staged ? PolicyKind.DMT : PolicyKind.WEIGHTED)
            .setWeights(Map.of("math", 1 + random.nextInt(5)))
            .setWindowExamples(16 + random.nextInt(32))
            .setMaxAhead(8)
            .setReplay(new ReplayRules(200_000, Map.of(), 200, 1L << 20, 4))
            .setDmt(staged ? new DmtRules(List.of("general"), 3, 60, 1L, 16L, 4, 300_000) : null)
            .build();
    add(new PolicyChange("p" + entries.size(), basedOn, false, next));
    policy = PolicyRules.digest(next);
  }

  private void add(Object entry) {
    entries.add(new LedgerEntry(entry));
  }

  private Candidate candidate(String id, String skill) {
    boolean own = promoted > 0 && random.nextInt(3) == 0;
    Target target =
        Target.newBuilder()
            .setText("to " + id)
            .setOrigin(own ? Origin.MODEL : Origin.GOLD)
            .setReason(own ? "accepted" : "s3ft_off")
            .setModelVersion(own ? version(Math.max(1, promoted - random.nextInt(3))) : null)
            .build();
    return Candidate.newBuilder()
        .setPairId(id)
        .setSkill(skill)
        .setGroup(id)
        .setPrompt(new Prompt("question " + id, null, List.of()))
        .setTarget(target)
        .setGold(target.getText())
        .setEstimatedTokens(12)
        .setEventTime(NOON.toEpochMilli())
        .setPosition(new SourcePosition("pairs.v1", 0, 1L))
        .build();
  }
}
