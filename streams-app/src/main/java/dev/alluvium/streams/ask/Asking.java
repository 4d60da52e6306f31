package dev.alluvium.streams.ask;

import static java.util.Objects.requireNonNull;

import dev.alluvium.judges.Attempt;
import dev.alluvium.judges.Judges;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.model.ModelJudge;
import dev.alluvium.judges.record.Questions;
import dev.alluvium.judges.record.Verdicts;
import dev.alluvium.schemas.avro.AskedPair;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.JudgeDecision;
import dev.alluvium.schemas.avro.JudgeVerdict;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Target;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.S3ftSettings;
import dev.alluvium.streams.config.S3ftSettings.Mode;
import dev.alluvium.streams.prompt.PromptFiles;
import dev.alluvium.streams.text.TokenEstimate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Selective self-to-supervised fine-tuning (arXiv 2502.08130, algorithm 1), one step per result:
 * the model's own answer if a judge accepts it; else its own paraphrase of gold if a judge accepts
 * that; else gold. Pure: pair and result in, step out.
 */
final class Asking {
  private static final Logger LOG = LoggerFactory.getLogger(Asking.class);

  private final S3ftSettings settings;
  private final Judges judges;
  private final Requests requests;
  private final ModelJudge modelJudge = new ModelJudge();
  private final Mode mode;

  Asking(S3ftSettings settings, PromptFiles prompts, Judges judges, int replyTo) {
    this.settings = settings;
    this.judges = judges;
    this.requests = new Requests(settings, prompts, replyTo);
    this.mode = settings.chosenMode();
  }

  Requests requests() {
    return requests;
  }

  /** Whether no model is asked. */
  boolean isOff() {
    return mode == Mode.OFF;
  }

  /** The first step of a pair. */
  Step begin(AskedPair pair) {
    return safely(pair, () -> first(pair));
  }

  /** The step after a result of the request that is out. */
  Step reply(AskedPair pair, GenerationResult result) {
    return safely(pair, () -> next(pair, result));
  }

  /** A defect of ours on one pair must not stop the stream: it takes gold. */
  private Step safely(AskedPair pair, Supplier<Step> step) {
    try {
      Step next = step.get();
      boolean fits =
          !(next instanceof Step.Ask ask)
              || Requests.fits(requireNonNull(ask.pair().getRequest(), "a request"));
      return fits ? next : gold(pair, TargetReason.TOO_LARGE);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("pair {} takes gold", pair.getCandidate().getPairId(), e);
      return gold(pair, TargetReason.JUDGE_ERROR);
    }
  }

  private Step first(AskedPair pair) {
    return switch (mode) {
      case OFF -> gold(pair, TargetReason.S3FT_OFF);
      case SDFT -> ask(pair, requests.paraphrase(pair));
      case S3FT, SELF_ONLY -> ask(pair, requests.answer(pair));
    };
  }

  private Step next(AskedPair pair, GenerationResult result) {
    if (result.getFinish() == FinishReason.LATER) {
      return settings.waitsWhenBusy() ? new Step.Ask(pair) : gold(pair, TargetReason.BUSY);
    }
    return switch (result.getKind()) {
      case ANSWER, PARAPHRASE -> text(pair, result);
      case EXECUTE, JUDGE -> verdictOfWorker(pair, result);
      case SCORE -> throw new IllegalStateException("nobody waits for a score");
    };
  }

  /** The step after a deadline has passed. */
  Step overdue(AskedPair pair) {
    return again(pair, TargetReason.NO_REPLY);
  }

  /** Gold becomes the target. */
  Step gold(AskedPair pair, TargetReason reason) {
    Candidate candidate = pair.getCandidate();
    Target target =
        Target.newBuilder()
            .setText(candidate.getGold())
            .setOrigin(Origin.GOLD)
            .setReason(reason.code())
            .setTemplate(candidate.getTarget().getTemplate())
            .build();
    return new Step.Decide(decided(candidate, target));
  }

  private Step text(AskedPair pair, GenerationResult result) {
    String text = result.getText();
    if (result.getFinish() == FinishReason.ERROR || text == null) {
      LOG.warn("pair {}: a worker failed: {}", result.getPairId(), result.getError());
      return gold(pair, TargetReason.WORKER_ERROR);
    }
    if (Requests.utf8(text) > Topics.MAX_PAIR_BYTES) {
      return gold(pair, TargetReason.TOO_LARGE);
    }
    Question question;
    try {
      question = Questions.of(pair.getCandidate(), Requests.question(pair), pair.getMeta());
    } catch (IllegalArgumentException e) {
      LOG.warn("pair {} cannot be judged: {}", result.getPairId(), e.getMessage());
      return gold(pair, TargetReason.JUDGE_ERROR);
    }
    Attempt attempt =
        new Attempt(
            text,
            Attempt.Kind.valueOf(result.getKind().name()),
            result.getFinish() == FinishReason.STOP
                ? Attempt.Finish.ENDED
                : Attempt.Finish.TRUNCATED);
    return switch (judges.venue(question, attempt)) {
      case HERE ->
          judged(pair, result, Verdicts.record(result.getKind(), judges.judge(question, attempt)));
      case SANDBOX ->
          judges.isCopy(question, attempt)
              ? gold(pair, TargetReason.COPY_OF_GOLD)
              : judging(pair, result, requests.execute(pair, result.getKind(), text));
      case MODEL ->
          judges.isCopy(question, attempt)
              ? gold(pair, TargetReason.COPY_OF_GOLD)
              : judging(pair, result, requests.judge(pair, result.getKind(), text));
    };
  }

  private Step verdictOfWorker(AskedPair pair, GenerationResult result) {
    GenerationResult judged = requireNonNull(pair.getJudged(), "the text that is judged");
    JudgeVerdict verdict = result.getVerdict();
    String reply = result.getText();
    if (result.getKind() == GenerationKind.JUDGE && reply != null) {
      verdict = Verdicts.record(judged.getKind(), modelJudge.verdict(reply));
    }
    if (verdict == null || verdict.getDecision() == JudgeDecision.ERROR) {
      LOG.warn(
          "pair {} could not be judged: {}",
          result.getPairId(),
          verdict == null ? result.getError() : verdict.getEvidence());
      return again(
          verdict == null ? pair : heard(pair, of(judged, verdict)), TargetReason.JUDGE_ERROR);
    }
    return judged(pair, judged, of(judged, verdict));
  }

  /** The worker does not know what the text was. */
  private static JudgeVerdict of(GenerationResult judged, JudgeVerdict verdict) {
    return JudgeVerdict.newBuilder(verdict).setKind(judged.getKind()).build();
  }

  private Step judged(AskedPair before, GenerationResult text, JudgeVerdict verdict) {
    AskedPair pair = heard(before, verdict);
    if (verdict.getCopyOfGold()) {
      return gold(pair, TargetReason.COPY_OF_GOLD);
    }
    return switch (verdict.getDecision()) {
      case ERROR -> gold(pair, TargetReason.JUDGE_ERROR);
      case ACCEPTED -> accepted(pair, text);
      case REJECTED ->
          text.getKind() == GenerationKind.ANSWER && mode == Mode.S3FT
              ? ask(pair, requests.paraphrase(pair))
              : gold(pair, TargetReason.NO_RIGHT_TEXT);
    };
  }

  private Step accepted(AskedPair pair, GenerationResult result) {
    if (!result.getOurs() && !settings.allowsTeacher()) {
      return gold(pair, TargetReason.TEACHER_REFUSED);
    }
    TargetReason reason =
        !result.getOurs()
            ? TargetReason.TEACHER_TEXT
            : result.getKind() == GenerationKind.ANSWER
                ? TargetReason.RIGHT_ANSWER
                : TargetReason.RIGHT_PARAPHRASE;
    Candidate candidate = pair.getCandidate();
    Target target =
        Target.newBuilder()
            .setText(requireNonNull(result.getText()))
            .setOrigin(Origin.valueOf(reason.origin()))
            .setReason(reason.code())
            .setModelVersion(result.getModel())
            .setTemplate(candidate.getTarget().getTemplate())
            .setTokenIds(result.getTokenIds())
            .setTokenizer(result.getTokenizer())
            .build();
    return new Step.Decide(decided(candidate, target));
  }

  private static Candidate decided(Candidate candidate, Target target) {
    return Candidate.newBuilder(candidate)
        .setTarget(target)
        .setEstimatedTokens(TokenEstimate.of(candidate.getPrompt(), target.getText()))
        .build();
  }

  private Step again(AskedPair pair, TargetReason atLast) {
    GenerationRequest request = requireNonNull(pair.getRequest(), "the request that is out");
    return request.getAttempt() < settings.attempts()
        ? out(AskedPair.newBuilder(pair), Requests.again(request))
        : gold(pair, atLast);
  }

  private static Step ask(AskedPair pair, GenerationRequest request) {
    return out(AskedPair.newBuilder(pair).setJudged(null), request);
  }

  private static Step judging(AskedPair pair, GenerationResult text, GenerationRequest request) {
    // Nobody reads log-probabilities from the store, and they are as large as the text.
    GenerationResult kept = GenerationResult.newBuilder(text).setTokenLogProbs(List.of()).build();
    return out(AskedPair.newBuilder(pair).setJudged(kept), request);
  }

  private static Step out(AskedPair.Builder pair, GenerationRequest request) {
    return new Step.Ask(pair.setRequest(request).setStartedAt(null).build());
  }

  private static AskedPair heard(AskedPair pair, JudgeVerdict verdict) {
    List<JudgeVerdict> verdicts = new ArrayList<>(pair.getCandidate().getVerdicts());
    verdicts.add(verdict);
    Candidate candidate = Candidate.newBuilder(pair.getCandidate()).setVerdicts(verdicts).build();
    return AskedPair.newBuilder(pair).setCandidate(candidate).build();
  }
}
