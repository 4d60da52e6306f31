package dev.alluvium.trainer.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.judges.Question;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.ProbeComparison;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.trainer.gate.Examination.Answerers;
import dev.alluvium.trainer.gate.Examination.Extent;
import dev.alluvium.trainer.gate.Examination.Result;
import dev.alluvium.trainer.gate.Gate.Ruling;
import dev.alluvium.trainer.gate.ProbeScores.ProbeScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExaminationTest {
  private static final double BUDGET = 0.05;
  private static final int FEWEST = 75;
  private static final int SIMULATIONS = 500;

  /** Share of answers that differ between equal weights. */
  private static final double DIFFERING = 0.03;

  private static final Losses NO_LOSSES =
      losses(ProbeScores.none(), ProbeScores.none(), ProbeScores.none());

  private final Gate gate = new Gate(new Budgets(0.05, 0.1), new Budgets(BUDGET, 0.1), 5, false);

  private int versions;
  private boolean againstBest = true;

  /** Who was asked what, and what there is to answer. */
  private final List<String> askedBase = new ArrayList<>();

  private final List<String> askedCandidate = new ArrayList<>();

  @Test
  void equalAnswersAreShownByTheFirstHalfOfThem() {
    Map<String, Boolean> right = answers("math", 400, 300);
    Result result = decide(probes("math", 400), right, right, known(right, right), NO_LOSSES);

    assertThat(result.decision().ruling()).isEqualTo(Ruling.PROMOTE);
    assertThat(result.decision().reason())
        .isEqualTo(
            "every skill is within its budget; by written answers math: %d of 200 right, %d of the last promoted version's"
                .formatted(
                    result.answers().get("math").right(), result.answers().get("math").right()));
    assertThat(result.answers().get("math").look()).isEqualTo(Look.FIRST);
    // Once it is promoted it answers the reserve too: the next one may need it.
    assertThat(askedCandidate).hasSize(400).doesNotHaveDuplicates();
    assertThat(result.known().promoted()).isEqualTo(right);
    assertThat(askedBase).isEmpty();
  }

  @Test
  void whatTheFirstHalfDoesNotTellTheReserveIsAskedFor() {
    Map<String, Boolean> right = answers("math", 200, 100);
    Result result = decide(probes("math", 200), right, right, known(right, right), NO_LOSSES);

    assertThat(result.answers().get("math").look()).isEqualTo(Look.LAST);
    assertThat(result.decision().ruling()).isEqualTo(Ruling.PROMOTE);
    assertThat(askedCandidate).hasSize(200).doesNotHaveDuplicates();
  }

  @Test
  void whatIsWorseForCertainAtTheFirstLookIsNotAskedForMore() {
    Map<String, Boolean> right = answers("math", 200, 200);
    Result result =
        decide(
            probes("math", 200), right, answers("math", 200, 100), known(right, right), NO_LOSSES);

    assertThat(result.decision().ruling()).isEqualTo(Ruling.ROLLBACK);
    assertThat(result.decision().reason())
        .startsWith("worse than the budget: math: ")
        .contains("of 100 written answers right", "than the last promoted version's 100");
    assertThat(askedCandidate).hasSize(100);
    assertThat(result.known()).isEqualTo(known(right, right));
  }

  @Test
  void whatBothLooksDoNotTellIsHeldAndSaysWhatWould() {
    Map<String, Boolean> right = answers("math", 100, 50);
    Result result =
        decide(
            probes("math", 100), right, answers("math", 100, 47), known(right, right), NO_LOSSES);

    assertThat(result.decision().ruling()).isEqualTo(Ruling.HOLD);
    assertThat(result.decision().reason()).contains("47 of 100", "judged probes would tell");
    assertThat(result.known()).isEqualTo(known(right, right));
  }

  @Test
  void theBaseModelIsAskedEachOnce() {
    Map<String, Boolean> base = answers("math", 400, 100);
    Map<String, Boolean> better = answers("math", 400, 150);
    Result first = decide(probes("math", 400), base, better, WrittenAnswers.none(), NO_LOSSES);

    assertThat(first.decision().ruling()).isEqualTo(Ruling.PROMOTE);
    assertThat(askedBase).hasSize(200).doesNotHaveDuplicates();
    assertThat(first.known().promoted()).isEqualTo(better);

    // A candidate that differs in many answers needs the reserve, of the base model as well.
    askedCandidate.clear();
    Map<String, Boolean> other = new TreeMap<>(better);
    other.replaceAll((id, right) -> number(id) % 10 == 0 ? !right : right);
    Result second = decide(probes("math", 400), base, other, first.known(), NO_LOSSES);
    assertThat(second.answers().get("math").look()).isEqualTo(Look.LAST);
    assertThat(askedBase).hasSize(400).doesNotHaveDuplicates();
    assertThat(askedCandidate).hasSize(400).doesNotHaveDuplicates();
    assertThat(second.known().base()).isEqualTo(base);
  }

  /** Under full fine-tuning it is loaded from disk each time. */
  @Test
  void theBaseModelIsAskedOnceForALook() {
    List<Probe> probes = new ArrayList<>();
    Map<String, Boolean> right = new TreeMap<>();
    for (String skill : List.of("code", "math", "reading")) {
      probes.addAll(probes(skill, 200));
      right.putAll(answers(skill, 200, 100));
    }
    List<Integer> loads = new ArrayList<>();
    Answerers counting =
        new Answerers(
            "v000001",
            questions -> judged(questions, right),
            questions -> {
              loads.add(questions.size());
              return judged(questions, right);
            });

    Result result =
        examination(400)
            .decide(counting, probes, NO_LOSSES, WrittenAnswers.none(), UnaryOperator.identity());

    assertThat(result.answers())
        .hasSize(3)
        .allSatisfy((s, a) -> assertThat(a.look()).isEqualTo(Look.LAST));
    assertThat(loads).containsExactly(300, 300);
  }

  /** A candidate must not get rid of probes by answers that break a judge. */
  @Test
  void anAnswerThatAJudgeFailsAtIsWrong() {
    Map<String, Boolean> right = answers("math", 200, 200);
    Map<String, Boolean> broken = new TreeMap<>(right);
    broken.keySet().removeIf(id -> number(id) % 4 == 0);
    Result result = failing(broken, known(right, right));

    assertThat(result.decision().ruling()).isEqualTo(Ruling.ROLLBACK);
    int looked = result.answers().get("math").probes();
    assertThat(looked).isEqualTo(100);
    assertThat(result.answers().get("math").right()).isBetween(60, 90);
    assertThat(result.decision().reason()).contains("of 100 written answers right");
  }

  /** Nothing is known of an anchor's answer then, and what is not known is no anchor. */
  @Test
  void aProbeWhoseAnchorAJudgeFailedAtIsLeftOut() {
    Map<String, Boolean> right = answers("math", 400, 400);
    Map<String, Boolean> some = new TreeMap<>(right);
    some.keySet().removeIf(id -> number(id) % 4 == 0);
    Result result = failing(right, WrittenAnswers.none().given("how"), some);

    assertThat(result.decision().ruling()).isEqualTo(Ruling.PROMOTE);
    JudgedAnswers math = result.answers().get("math");
    assertThat(math.probes()).isEqualTo(300);
    assertThat(math.right()).isEqualTo(math.probes());

    Map<String, Boolean> broken = new TreeMap<>(right);
    broken.remove("math-0");
    Result promoted = failing(broken, known(right, right));
    assertThat(promoted.decision().ruling()).isEqualTo(Ruling.PROMOTE);
    broken.put("math-0", false);
    assertThat(promoted.known().promoted()).as("wrong for those that follow").isEqualTo(broken);
  }

  private Result failing(Map<String, Boolean> candidate, WrittenAnswers had) {
    return failing(candidate, had, Map.of());
  }

  /** Where there is no answer, the judge failed. */
  private Result failing(
      Map<String, Boolean> candidate, WrittenAnswers had, Map<String, Boolean> base) {
    int probes = had.promoted().isEmpty() ? 400 : had.promoted().size();
    return examination(400)
        .decide(
            new Answerers(
                "v000002", questions -> judged(questions, candidate), q -> judged(q, base)),
            probes("math", probes),
            NO_LOSSES,
            had,
            UnaryOperator.identity());
  }

  private static Map<String, Boolean> judged(
      List<WrittenQuestion> questions, Map<String, Boolean> answers) {
    Map<String, Boolean> given = new TreeMap<>(answers);
    given.keySet().retainAll(questions.stream().map(WrittenQuestion::pairId).toList());
    return given;
  }

  /** Held-out poison agrees with poison: it has no vote on it, and joins when it is promoted. */
  @Test
  void probesThatCameSinceHaveNoVote() {
    Map<String, Boolean> promoted = answers("math", 200, 200);
    List<Probe> all = probes("math", 600);
    Map<String, Boolean> poisoned = answers("math", 600, 600);
    poisoned.replaceAll((id, right) -> number(id) >= 200 || number(id) % 2 == 0);
    Result result =
        decide(all, answers("math", 600, 0), poisoned, known(promoted, promoted), NO_LOSSES);

    assertThat(result.decision().ruling()).isEqualTo(Ruling.ROLLBACK);
    assertThat(askedCandidate).allMatch(id -> number(id) < 200);

    Result good =
        decide(all, promoted, answers("math", 600, 600), known(promoted, promoted), NO_LOSSES);
    assertThat(good.decision().ruling()).isEqualTo(Ruling.PROMOTE);
    assertThat(good.known().promoted()).hasSize(400);
  }

  /** What is held for another reason is no anchor. */
  @Test
  void limitsMakeADecisionStricter() {
    Map<String, Boolean> before = answers("math", 400, 200);
    Map<String, Boolean> better = answers("math", 400, 400);
    Result result =
        decide(
            probes("math", 400),
            before,
            better,
            known(before, before),
            NO_LOSSES,
            decision -> new Gate.Decision(Ruling.HOLD, "too far after " + decision.ruling()));

    assertThat(result.decision().reason()).isEqualTo("too far after PROMOTE");
    assertThat(result.known().promoted()).isEqualTo(before);
  }

  @Test
  void tellsOfASkillWhoseAnswersSlipWithinTheBudget() {
    Map<String, Boolean> before = answers("math", 400, 400);
    Result result =
        decide(
            probes("math", 400),
            before,
            answers("math", 400, 394),
            known(before, before),
            NO_LOSSES);

    assertThat(result.decision().ruling()).isEqualTo(Ruling.PROMOTE);
    assertThat(result.decision().slipped()).containsExactly("math");
  }

  /** Answers were learnt, then each version has four fewer right of 400: a fifth of the budget. */
  @Test
  void whatWasLearntIsNotLostSlowly() {
    assertThat(rightAfterDecay()).isGreaterThan(400 - 40);
    againstBest = false;
    assertThat(rightAfterDecay()).isLessThan(250);
  }

  private int rightAfterDecay() {
    Map<String, Boolean> base = answers("math", 400, 100);
    WrittenAnswers known = WrittenAnswers.none();
    int right = 400;
    for (int cycle = 0; cycle < 50; cycle++) {
      int next = cycle == 0 ? right : right - 4;
      Result result =
          decide(probes("math", 400), base, answers("math", 400, next), known, NO_LOSSES);
      known = result.known();
      right = result.decision().promoted() ? next : right;
    }
    return right;
  }

  @Test
  void theVerdictNamesTheVersionThatAnsweredBest() {
    Map<String, Boolean> base = answers("math", 200, 20);
    Map<String, Boolean> served = answers("math", 200, 185);
    BestAnswers best = new BestAnswers("v000003", 4, answers("math", 200, 200));
    WrittenAnswers known = new WrittenAnswers("how", base, served, Map.of("math", best));
    Result held = decide(probes("math", 200), base, served, known, NO_LOSSES);
    assertThat(held.decision().ruling()).isEqualTo(Ruling.HOLD);
    assertThat(held.decision().reason())
        .contains(
            "than the last promoted version's 185 (budget 0.05000, kept)",
            "than v000003's, the best, 200 (budget 0.1000, not shown)");

    againstBest = false;
    Result promoted = decide(probes("math", 200), base, served, known, NO_LOSSES);
    assertThat(promoted.decision().ruling()).isEqualTo(Ruling.PROMOTE);
    assertThat(promoted.known().best().get("math"))
        .as("counted whether or not it counts")
        .isEqualTo(new BestAnswers("v000003", 5, best.answers()));
  }

  /** The most right answers of many versions are many by chance too. */
  @Test
  void equalVersionsArePromotedAfterManyCycles() {
    double guarded = promotedAfterManyCycles();
    againstBest = false;
    double unguarded = promotedAfterManyCycles();
    assertThat(guarded).isGreaterThan(0.75).isGreaterThan(unguarded - 0.03);
  }

  private double promotedAfterManyCycles() {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(20);
    List<Probe> probes = probes("math", 209); // for equal weights that differ in 3 percent
    Map<String, Boolean> base = answers("math", 209, 60);
    Map<String, Boolean> level = answers("math", 209, 150);
    int simulations = 25;
    int cycles = 20;
    int promoted = 0;
    for (int i = 0; i < simulations; i++) {
      WrittenAnswers known = WrittenAnswers.none();
      for (int cycle = 0; cycle <= cycles; cycle++) {
        Map<String, Boolean> next = new TreeMap<>(level);
        next.replaceAll((id, right) -> random.nextDouble() < DIFFERING / 2 ? !right : right);
        Result result = decide(probes, base, next, known, NO_LOSSES);
        known = result.known();
        promoted += cycle > cycles / 2 && result.decision().promoted() ? 1 : 0;
      }
    }
    return promoted / (simulations * cycles / 2.0);
  }

  /** As when a judge failed at each of them. */
  @Test
  void whereNoAnswerWasJudgedNoShareIsTold() {
    ProbeScores scores = losses("math", 4, 1);
    Map<String, ProbeComparison> table = ProbeTable.compare(scores, scores);
    JudgedAnswers none =
        JudgedAnswers.of(List.of("math-0"), Map.of(), null, Map.of(), Map.of(), Look.LAST);

    assertThat(ProbeTable.withAnswers(table, Map.of("math", none))).isEqualTo(table);
  }

  /** The answers decide whatever the losses say, which are told beside them. */
  @Test
  void answersDecideInThePlaceOfLosses() {
    Map<String, Boolean> right = answers("math", 400, 300);
    Losses worse = losses(losses("math", 400, 1), losses("math", 400, 1), losses("math", 400, 2));
    assertThat(decide(probes("math", 400), right, right, known(right, right), worse).decision())
        .extracting(Gate.Decision::ruling)
        .isEqualTo(Ruling.PROMOTE);
    Result wrong =
        decide(probes("math", 400), right, answers("math", 400, 0), known(right, right), worse);
    assertThat(wrong.decision().ruling()).isEqualTo(Ruling.ROLLBACK);
    assertThat(wrong.decision().reason()).contains("; perplexity x 7.389 to 7.389");
  }

  /** What can do next to nothing has nothing to lose: there the losses decide. */
  @Test
  void whereNextToNothingIsRightTheLossesDecide() {
    Map<String, Boolean> few = answers("math", 400, 12);
    Losses worse = losses(losses("math", 400, 1), losses("math", 400, 1), losses("math", 400, 2));
    Result lost = decide(probes("math", 400), few, answers("math", 400, 0), known(few, few), worse);
    assertThat(lost.decision().ruling()).isEqualTo(Ruling.ROLLBACK);
    assertThat(lost.decision().reason()).doesNotContain("written answers");
    assertThat(lost.answers().get("math").right()).isZero();

    Result learnt =
        decide(probes("math", 400), few, answers("math", 400, 200), known(few, few), worse);
    assertThat(learnt.decision().ruling()).isEqualTo(Ruling.PROMOTE);
    assertThat(learnt.decision().reason()).contains("by written answers math");
  }

  /** No answers of the last promoted version, but its losses: these decide until the next one. */
  @Test
  void whereThePromotedVersionWasNeverAskedItsLossesDecide() {
    Losses equal = losses(losses("math", 400, 1), losses("math", 400, 1), losses("math", 400, 1));
    Map<String, Boolean> right = answers("math", 400, 300);
    Result result = decide(probes("math", 400), right, right, WrittenAnswers.none(), equal);

    assertThat(result.decision().reason()).isEqualTo("every skill is within its budget");
    assertThat(result.answers()).isEmpty();
    assertThat(result.known().promoted()).isEqualTo(right);
  }

  @Test
  void answersOfAnotherKindAreForgotten() {
    Map<String, Boolean> right = answers("math", 400, 300);
    WrittenAnswers longer = new WrittenAnswers("longer", right, right, Map.of());
    Result result = decide(probes("math", 400), right, right, longer, NO_LOSSES);

    assertThat(askedBase).hasSize(200);
    assertThat(result.known().how()).isEqualTo("how");
  }

  @Test
  void skillsThatAreNotExactOrHaveTooFewProbesAreDecidedByLosses() {
    List<Probe> probes = new ArrayList<>(probes("essay", 400));
    probes.addAll(probes("rare", FEWEST - 1));
    Result result = decide(probes, Map.of(), Map.of(), WrittenAnswers.none(), NO_LOSSES);

    assertThat(result.decision().ruling()).isEqualTo(Ruling.HOLD);
    assertThat(result.decision().reason()).endsWith("essay (0 probes), rare (0 probes)");
    assertThat(askedBase).isEmpty();
    assertThat(askedCandidate).isEmpty();
  }

  @Test
  void weightsWhoseLossIsNoNumberAreNotAsked() {
    Map<String, Boolean> right = answers("math", 400, 300);
    ProbeScores before = losses("math", 400, 1);
    Losses broken = losses(before, before, losses("math", 400, Double.NaN));
    Result result = decide(probes("math", 400), right, right, known(right, right), broken);

    assertThat(result.decision().ruling()).isEqualTo(Ruling.ROLLBACK);
    assertThat(askedCandidate).isEmpty();
    assertThat(result.known()).isEqualTo(known(right, right));
  }

  @Test
  void nobodyIsAskedWhereNoAnswersAreWanted() {
    Map<String, Boolean> right = answers("math", 400, 300);
    Losses equal = losses(losses("math", 400, 1), losses("math", 400, 1), losses("math", 400, 1));
    Result result =
        examination(0)
            .decide(
                answerers(right, right),
                probes("math", 400),
                equal,
                known(right, right),
                UnaryOperator.identity());

    assertThat(result.decision()).isEqualTo(gate.decide(equal));
    assertThat(askedCandidate).isEmpty();
    assertThat(result.known().promoted()).as("of a version that answers no more").isEmpty();
  }

  /**
   * At the number of probes that the formula asks for, versions worse by the budget pass in fewer
   * than one case of twenty, and equal ones in more than four of five.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void keepsItsErrorRates(int skills) {
    int differing = (int) (10_000 * DIFFERING / 2);
    long n =
        new AccuracyDrop(10_000, differing, differing).probesNeeded(BUDGET, Look.LAST.z(), skills);
    assertThat(n).isBetween(150L, 350L);
    Rates rates = rates(skills, (int) n);
    assertThat(rates.bad).isLessThan(0.05);
    assertThat(rates.good).isGreaterThan(0.8);
    assertThat(rates.reserves).as("half of the probes tell seldom").isGreaterThan(0.5);
  }

  /** Where half of them do, the reserve is asked for in some cases only, at the same error. */
  @Test
  void moreProbesSpareTheReserve() {
    Rates rates = rates(1, 400);
    assertThat(rates.bad).isLessThan(0.05);
    assertThat(rates.good).isGreaterThan(0.95);
    assertThat(rates.reserves).isBetween(0.2, 0.8);
  }

  /**
   * Shares of the cases.
   *
   * @param bad versions worse by the budget that were promoted
   * @param good equal ones that were
   * @param reserves equal ones that had to answer the reserve
   */
  private record Rates(double bad, double good, double reserves) {}

  private Rates rates(int skills, int n) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(skills);
    List<Probe> probes = new ArrayList<>();
    for (int skill = 0; skill < skills; skill++) {
      probes.addAll(probes("skill" + skill, n));
    }
    int bad = 0;
    int good = 0;
    int reserves = 0;
    for (int i = 0; i < SIMULATIONS; i++) {
      bad += simulated(random, probes, BUDGET).decision().promoted() ? 1 : 0;
      Result equal = simulated(random, probes, 0);
      good += equal.decision().promoted() ? 1 : 0;
      reserves += equal.answers().get("skill0").look() == Look.LAST ? 1 : 0;
    }
    double all = SIMULATIONS;
    return new Rates(bad / all, good / all, reserves / all);
  }

  /** One candidate, worse in the first skill only. */
  private Result simulated(UniformRandomProvider random, List<Probe> probes, double drop) {
    Map<String, Boolean> before = new TreeMap<>();
    Map<String, Boolean> after = new TreeMap<>();
    for (Probe probe : probes) {
      double its = probe.getSkill().equals("skill0") ? drop : 0;
      double lost = DIFFERING / 2 + its;
      double draw = random.nextDouble();
      boolean differs = draw < lost + DIFFERING / 2;
      boolean right = differs ? draw < lost : random.nextDouble() < 0.6;
      before.put(probe.getPairId(), right);
      after.put(probe.getPairId(), differs != right);
    }
    return decide(probes, before, after, known(before, before), NO_LOSSES);
  }

  private Result decide(
      List<Probe> probes,
      Map<String, Boolean> base,
      Map<String, Boolean> candidate,
      WrittenAnswers had,
      Losses losses) {
    return decide(probes, base, candidate, had, losses, UnaryOperator.identity());
  }

  private Result decide(
      List<Probe> probes,
      Map<String, Boolean> base,
      Map<String, Boolean> candidate,
      WrittenAnswers had,
      Losses losses,
      UnaryOperator<Gate.Decision> limits) {
    return examination(400).decide(answerers(base, candidate), probes, losses, had, limits);
  }

  private Examination examination(int most) {
    return new Examination(
        gate,
        probe ->
            Optional.of(
                new WrittenQuestion(
                    probe.getPairId(),
                    probe.getSkill(),
                    new int[] {1},
                    Question.of("?", probe.getGold()),
                    !probe.getPairId().equals("essay-7"))),
        "how",
        new Extent(most, FEWEST, 5),
        againstBest);
  }

  private Answerers answerers(Map<String, Boolean> base, Map<String, Boolean> candidate) {
    return new Answerers(
        "v%06d".formatted(++versions),
        questions -> answered(questions, candidate, askedCandidate),
        questions -> answered(questions, base, askedBase));
  }

  private static Map<String, Boolean> answered(
      List<WrittenQuestion> questions, Map<String, Boolean> answers, List<String> asked) {
    Map<String, Boolean> given = new TreeMap<>();
    for (WrittenQuestion question : questions) {
      asked.add(question.pairId());
      given.put(question.pairId(), answers.getOrDefault(question.pairId(), false));
    }
    return given;
  }

  private static WrittenAnswers known(Map<String, Boolean> base, Map<String, Boolean> promoted) {
    return new WrittenAnswers("how", base, promoted, Map.of());
  }

  /** Answers of which the first are right. */
  private static Map<String, Boolean> answers(String skill, int probes, int right) {
    Map<String, Boolean> answers = new TreeMap<>();
    for (int i = 0; i < probes; i++) {
      answers.put(skill + "-" + i, i < right);
    }
    return answers;
  }

  private static Losses losses(ProbeScores base, ProbeScores promoted, ProbeScores candidate) {
    return new Losses(base, BestScores.none(), promoted, candidate);
  }

  private static ProbeScores losses(String skill, int probes, double nats) {
    Map<String, ProbeScore> scores = new TreeMap<>();
    for (int i = 0; i < probes; i++) {
      scores.put(skill + "-" + i, new ProbeScore(skill, 2 * nats, 1, false));
    }
    return new ProbeScores(scores);
  }

  private static List<Probe> probes(String skill, int count) {
    List<Probe> probes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      probes.add(
          Probe.newBuilder()
              .setPairId(skill + "-" + i)
              .setSkill(skill)
              .setGroup("g")
              .setPrompt(Prompt.newBuilder().setInstruction("?").build())
              .setGold("1")
              .setPosition(new SourcePosition("pairs.v1", 0, (long) i))
              .build());
    }
    return probes;
  }

  private static int number(String pairId) {
    return Integer.parseInt(pairId.substring(pairId.indexOf('-') + 1));
  }
}
