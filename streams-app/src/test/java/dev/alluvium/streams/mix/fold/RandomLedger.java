package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.DmtRules;
import dev.alluvium.schemas.avro.HygieneRules;
import dev.alluvium.schemas.avro.LedgerEntry;
import dev.alluvium.schemas.avro.OutcomeStatus;
import dev.alluvium.schemas.avro.Policy;
import dev.alluvium.schemas.avro.PolicyKind;
import dev.alluvium.schemas.avro.QuotaUnit;
import dev.alluvium.schemas.avro.ReplayRules;
import dev.alluvium.streams.policy.PolicyRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/** A ledger of everything that can be in one, in an order that only a seed decides. */
final class RandomLedger {
  private static final String[] SKILLS = {"code", "general", "math", "reading", "unwanted"};

  private final UniformRandomProvider random;
  private final List<LedgerEntry> entries = new ArrayList<>();
  private Policy policy;
  private long time;
  private int ids;
  private int window;
  private int promoted;

  private RandomLedger(long seed) {
    this.random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    this.policy = randomPolicy();
  }

  static List<LedgerEntry> of(long seed, int size) {
    RandomLedger ledger = new RandomLedger(seed);
    int early = ledger.random.nextInt(10);
    for (int i = 0; i < early; i++) {
      ledger.candidate();
    }
    ledger.entries.add(Ledger.policyChange(null, ledger.policy));
    while (ledger.entries.size() < size) {
      ledger.next();
    }
    return ledger.entries;
  }

  private void next() {
    int dice = random.nextInt(100);
    if (dice < 70) {
      candidate();
    } else if (dice < 75) {
      entries.add(Ledger.probe("p" + random.nextInt(50), skill()));
    } else if (dice < 85) {
      time += random.nextInt(5) == 0 ? -random.nextInt(2_000) : random.nextInt(4_000);
      entries.add(Ledger.tick(time));
    } else if (dice < 93) {
      outcome();
    } else if (dice < 94) {
      int recent = Math.max(0, ids - 1 - random.nextInt(40));
      entries.add(Ledger.erase(random.nextInt(3) == 0 ? "p" + random.nextInt(50) : "c" + recent));
    } else if (dice < 96) {
      String[] slipped = random.nextInt(3) == 0 ? new String[0] : new String[] {skill()};
      entries.add(Ledger.promotion(++promoted, window, slipped));
    } else if (dice < 98) {
      Policy next = randomPolicy();
      boolean stale = random.nextInt(4) == 0;
      entries.add(Ledger.policyChange(stale ? "stale" : PolicyRules.digest(policy), next));
      policy = stale ? policy : next;
    } else {
      CommandKind[] kinds = CommandKind.values();
      entries.add(Ledger.command("r" + entries.size(), kinds[random.nextInt(kinds.length)]));
    }
  }

  /** Ids come again: as newer editions, marked or not, and as ids of quite another question. */
  private void candidate() {
    boolean again = ids > 0 && random.nextInt(5) == 0;
    String id = "c" + (again ? Math.max(0, ids - 1 - random.nextInt(40)) : ids++);
    String question = again && random.nextInt(3) == 0 ? "other " + id : id;
    int tokens = 1 + random.nextInt(60);
    LedgerEntry gold =
        Ledger.candidate(id, question, skill(), tokens, again && random.nextBoolean());
    if (random.nextInt(3) == 0) {
      gold = Ledger.saying(longText(), gold);
    }
    String version = "v%06d".formatted(Math.max(0, promoted - random.nextInt(3)));
    entries.add(random.nextBoolean() ? gold : Ledger.writtenBy(version, gold));
  }

  /** One of a few long texts, most of them with a word or two changed. */
  private String longText() {
    int base = random.nextInt(6);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      words.add("w" + base + "x" + i);
    }
    for (int changes = random.nextInt(4); changes > 0; changes--) {
      words.set(random.nextInt(words.size()), "y" + random.nextInt(1_000));
    }
    return String.join(" ", words);
  }

  /** Mostly the next window's; sometimes of one that is decided or not there. */
  private void outcome() {
    OutcomeStatus status =
        random.nextInt(5) == 0 ? OutcomeStatus.QUARANTINED : OutcomeStatus.TRAINED;
    int id = random.nextInt(8) == 0 ? random.nextInt(window + 3) : ++window;
    entries.add(Ledger.outcome(id, status, random.nextBoolean() ? List.of() : List.of(0)));
  }

  private String skill() {
    // The first skills are common, the last are rare.
    return SKILLS[Math.min(random.nextInt(SKILLS.length), random.nextInt(SKILLS.length))];
  }

  private Policy randomPolicy() {
    Map<String, Integer> weights = new HashMap<>();
    for (String skill : SKILLS) {
      if (!skill.equals("unwanted") && random.nextInt(4) > 0) {
        weights.put(skill, 1 + random.nextInt(9));
      }
    }
    int examples = 1 + random.nextInt(24);
    boolean staged = random.nextInt(4) == 0;
    PolicyKind mixed = random.nextInt(4) == 0 ? PolicyKind.PROPORTIONAL : PolicyKind.WEIGHTED;
    return Policy.newBuilder(Ledger.policy(examples, weights))
        .setKind(staged ? PolicyKind.DMT : mixed)
        .setUnit(random.nextInt(3) == 0 ? QuotaUnit.TOKENS : QuotaUnit.EXAMPLES)
        .setStrict(random.nextInt(5) == 0)
        .setCaps(random.nextInt(3) == 0 ? Map.of("code", 1 + random.nextInt(examples)) : Map.of())
        .setDrain(random.nextBoolean())
        .setReplay(
            new ReplayRules(
                random.nextInt(600_000),
                Map.of("math", 3),
                random.nextInt(40),
                20_000L,
                1 + random.nextInt(4)))
        .setHygiene(new HygieneRules(random.nextInt(2) * 800_000, 2 * examples, 60_000L, 500_000))
        .setDmt(staged ? stages() : null)
        .setDefaultWeight(weights.isEmpty() ? 1 : random.nextInt(2))
        .setWindowTokens(60 + random.nextInt(800))
        .setWindowMillis(1 + random.nextInt(20_000))
        .setMinFill(1 + random.nextInt(examples))
        .setMaxCarry(random.nextInt(20))
        .setPoolExamples(examples + random.nextInt(60))
        .setPoolMillis(20_000 + random.nextInt(200_000))
        .setProbesPerSkill(random.nextInt(8))
        .setMaxAhead(1 + random.nextInt(4))
        .setMaxStaleness(random.nextInt(3))
        .build();
  }

  private DmtRules stages() {
    return new DmtRules(
        List.of("general", "reading"),
        random.nextInt(4),
        random.nextInt(40),
        1L,
        1L + random.nextInt(10),
        random.nextInt(5),
        random.nextInt(600_000));
  }
}
