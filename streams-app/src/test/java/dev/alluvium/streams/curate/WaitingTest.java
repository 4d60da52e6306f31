package dev.alluvium.streams.curate;

import static dev.alluvium.streams.curate.CurateHarness.asking;
import static dev.alluvium.streams.curate.CurateHarness.pair;
import static dev.alluvium.streams.curate.Worker.answerAll;
import static dev.alluvium.streams.curate.Worker.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.alluvium.schemas.avro.AskReport;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.Pair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.ListSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits, for how long, and what becomes of it. */
class WaitingTest {
  private static Pair.Builder sum(int i) {
    return pair("What is " + i + " + 1?", i + " + 1 = " + (i + 1))
        .setId("p" + i)
        .setAnswer(Integer.toString(i + 1));
  }

  private static GenerationResult right(GenerationRequest request) {
    int i = Integer.parseInt(request.getPairId().substring(1));
    return says(request, "It makes " + (i + 1) + ".");
  }

  private static List<String> reasons(List<Candidate> candidates) {
    return candidates.stream().map(c -> c.getTarget().getReason()).toList();
  }

  @Test
  void noMoreRequestsAreOutThanMayBeAndParkedPairsFollowInOrder() {
    try (CurateHarness curate = asking(S3ft.busy("wait", 2, 16))) {
      IntStream.range(0, 10).forEach(i -> curate.send(sum(i)));
      List<GenerationRequest> first = curate.requests();
      assertThat(first).extracting(GenerationRequest::getPairId).containsExactly("p0", "p1");
      AskReport report = curate.asked();
      assertThat(report.getWaiting()).isEqualTo(10);
      assertThat(report.getParked()).isEqualTo(8);
      assertThat(report.getParkedBytes()).isGreaterThan(8 * 200);
      curate.reply(right(first.get(1)));
      List<GenerationRequest> second = curate.requests();
      assertThat(second).extracting(GenerationRequest::getPairId).containsExactly("p2");
      curate.reply(right(first.get(0)));
      curate.reply(right(second.get(0)));
      answerAll(curate, WaitingTest::right);
      assertThat(curate.candidates())
          .extracting(Candidate::getPairId)
          .containsExactly("p1", "p0", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9");
      assertThat(curate.asked().getParkedBytes()).isZero();
      assertThat(curate.asked().getWaiting()).isZero();
    }
  }

  @Test
  void busyPairsTakeGoldWhereTheyShall() {
    try (CurateHarness curate = asking(S3ft.busy("gold", 2, 16))) {
      IntStream.range(0, 4).forEach(i -> curate.send(sum(i)));
      assertThat(curate.candidates())
          .extracting(Candidate::getPairId, c -> c.getTarget().getReason())
          .containsExactly(tuple("p2", "busy"), tuple("p3", "busy"));
      // No worker takes the other two, and they do not wait for one.
      curate.advance(S3ft.DEADLINE.plusSeconds(2));
      assertThat(reasons(curate.candidates())).containsExactly("busy", "busy");
    }
  }

  @Test
  void beyondTheBacklogPairsTakeGold() {
    try (CurateHarness curate = asking(S3ft.busy("wait", 1, 0))) {
      curate.send(sum(0));
      curate.send(sum(1));
      assertThat(reasons(curate.candidates())).containsExactly("backlog_full");
    }
  }

  @Test
  void withoutWorkersPairsWaitAndAreWrittenAgainBeforeTheTopicForgetsThem() {
    try (CurateHarness curate = asking(S3ft.settings())) {
      curate.send(sum(0));
      assertThat(curate.requests()).hasSize(1);
      curate.advance(Duration.ofHours(30));
      assertThat(curate.requests()).isEmpty();
      curate.advance(Duration.ofHours(7));
      List<GenerationRequest> again = curate.requests();
      assertThat(again).hasSize(1);
      assertThat(again.get(0).getAttempt()).isEqualTo(1);
      assertThat(curate.asked().getRetries()).isEqualTo(Map.of("not_taken", 1L));
      curate.reply(right(again.get(0)));
      assertThat(reasons(curate.candidates())).containsExactly("right_answer");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void theDeadlineCountsFromHandOutAndTheLastAttemptLeavesGold(int attempts) {
    try (CurateHarness curate = asking(S3ft.attempts(attempts))) {
      curate.send(sum(0));
      for (int attempt = 1; attempt <= attempts; attempt++) {
        curate.advance(Duration.ofHours(1));
        List<GenerationRequest> requests = curate.requests();
        assertThat(requests).extracting(GenerationRequest::getAttempt).containsExactly(attempt);
        curate.reply(Worker.started(requests.get(0)));
        curate.advance(S3ft.DEADLINE.minusSeconds(1));
        assertThat(curate.requests()).isEmpty();
        curate.advance(Duration.ofSeconds(2));
      }
      assertThat(reasons(curate.candidates())).containsExactly("no_reply");
      assertThat(curate.asked().getRetries()).isEqualTo(Map.of("deadline", (long) attempts));
    }
  }

  @Test
  void aLateResultOfAnEarlierAttemptIsAsGood() {
    try (CurateHarness curate = asking(S3ft.settings())) {
      curate.send(sum(0));
      GenerationRequest first = curate.requests().get(0);
      curate.reply(Worker.started(first));
      curate.advance(S3ft.DEADLINE.plusSeconds(2));
      GenerationRequest second = curate.requests().get(0);
      curate.reply(right(first));
      curate.reply(right(second));
      assertThat(reasons(curate.candidates())).containsExactly("right_answer");
      assertThat(curate.asked().getLate()).isEqualTo(1);
    }
  }

  @Test
  void anEditionThatStillWaitsGivesWayToTheNextAsGold() {
    try (CurateHarness curate = asking(S3ft.busy("wait", 1, 16))) {
      curate.send(sum(0));
      curate.send(sum(1));
      curate.send(sum(0).setResponse("0 + 1 is 1"));
      curate.send(sum(1).setResponse("1 + 1 is 2"));
      List<Candidate> older = curate.candidates();
      assertThat(reasons(older)).containsExactly("superseded", "superseded");
      assertThat(older).extracting(Candidate::getGold).containsExactly("0 + 1 = 1", "1 + 1 = 2");
      answerAll(curate, WaitingTest::right);
      List<Candidate> newer = curate.candidates();
      assertThat(reasons(newer)).containsExactly("right_answer", "right_answer");
      assertThat(newer).allMatch(Candidate::getSupersedes);
      assertThat(newer)
          .extracting(Candidate::getGold)
          .containsExactlyInAnyOrder("0 + 1 is 1", "1 + 1 is 2");
      // The older editions' requests are answered too, for nobody.
      assertThat(curate.asked().getLate()).isEqualTo(2);
      assertThat(curate.asked().getParkedBytes()).isZero();
    }
  }

  @Test
  void whatNoWorkerCanAnswerNowIsAskedAgainForAsLongAsPairsWait() {
    try (CurateHarness curate = asking(S3ft.settings())) {
      curate.send(sum(0));
      for (int i = 0; i < 10; i++) {
        GenerationRequest request = curate.requests().get(0);
        assertThat(request.getAttempt()).isEqualTo(1);
        curate.reply(Worker.result(request).setFinish(FinishReason.LATER).build());
      }
      curate.reply(right(curate.requests().get(0)));
      assertThat(reasons(curate.candidates())).containsExactly("right_answer");
      assertThat(curate.asked().getRetries()).isEqualTo(Map.of("no_result", 10L));
    }
    try (CurateHarness curate = asking(S3ft.busy("gold", 64, 16))) {
      curate.send(sum(0));
      curate.reply(Worker.result(curate.requests().get(0)).setFinish(FinishReason.LATER).build());
      assertThat(reasons(curate.candidates())).containsExactly("busy");
    }
  }

  @Test
  void aWordThatIsRepeatedDoesNotMoveTheDeadline() {
    try (CurateHarness curate = asking(S3ft.settings())) {
      curate.send(sum(0));
      GenerationRequest request = curate.requests().get(0);
      for (int i = 0; i < 4; i++) {
        curate.reply(Worker.started(request));
        curate.advance(Duration.ofSeconds(8));
      }
      assertThat(curate.requests()).extracting(GenerationRequest::getAttempt).containsExactly(2);
    }
  }

  @Test
  void aParkedPairKeepsItsPlaceHoweverOftenItIsCorrected() {
    try (CurateHarness curate = asking(S3ft.busy("wait", 1, 16))) {
      IntStream.range(0, 3).forEach(i -> curate.send(sum(i)));
      for (int i = 0; i < 20; i++) {
        curate.send(sum(1).setResponse("1 + 1 is " + "2".repeat(i + 1)));
      }
      assertThat(curate.rows("curate-parked-order")).isEqualTo(2);
      answerAll(curate, WaitingTest::right);
      assertThat(curate.candidates().stream().skip(20))
          .extracting(Candidate::getPairId)
          .containsExactly("p0", "p1", "p2");
    }
  }

  /** Results are lost, doubled, late and out of order; workers come and go. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyPairHasExactlyOneTargetWhateverWorkersDo(long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    int pairs = 200;
    int calls = 0;
    Map<String, Integer> targets = new HashMap<>();
    List<GenerationRequest> held = new ArrayList<>();
    try (CurateHarness curate = asking(S3ft.busy("wait", 16, 16))) {
      for (int i = 0; i < pairs || curate.asked().getWaiting() > 0; i++) {
        if (i < pairs) {
          curate.send(sum(i));
        }
        held.addAll(curate.requests());
        ListSampler.shuffle(random, held);
        while (!held.isEmpty() && random.nextInt(4) > 0) {
          GenerationRequest request = held.remove(held.size() - 1);
          curate.reply(Worker.started(request));
          calls++;
          int copies = random.nextInt(4);
          for (int copy = 0; copy < copies; copy++) {
            boolean wrong = random.nextInt(3) == 0;
            curate.reply(wrong ? says(request, "It makes 0.") : right(request));
          }
        }
        curate.advance(Duration.ofSeconds(random.nextInt(8)));
        curate
            .candidates()
            .forEach(candidate -> targets.merge(candidate.getPairId(), 1, Integer::sum));
      }
      AskReport report = curate.asked();
      assertThat(targets).hasSize(pairs);
      assertThat(targets.values()).containsOnly(1);
      long requests = report.getRequests().values().stream().mapToLong(Long::longValue).sum();
      long retries = report.getRetries().values().stream().mapToLong(Long::longValue).sum();
      assertThat((long) calls).isLessThanOrEqualTo(requests);
      // At most an answer and a paraphrase per pair, each written as often as is tried.
      assertThat(requests).isLessThanOrEqualTo(2L * pairs + retries);
      assertThat(requests).isLessThanOrEqualTo(2L * pairs * S3ft.settings().attempts());
      assertThat(report.getLate()).isPositive();
      assertThat(retries).isPositive();
    }
  }
}
