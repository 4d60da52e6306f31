package dev.alluvium.streams.ask;

import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.AskedPair;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.streams.config.S3ftSettings;
import dev.alluvium.streams.prompt.PromptFiles;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes requests. */
final class Requests {
  private static final int VERDICT_TOKENS = 8;
  private static final int EDITION_DIGITS = 8;
  private static final double UNIT = 0x1p-53;

  private final S3ftSettings settings;
  private final PromptFiles prompts;
  private final int replyTo;

  /**
   * @param replyTo partition of the results that this task reads
   */
  Requests(S3ftSettings settings, PromptFiles prompts, int replyTo) {
    this.settings = settings;
    this.prompts = prompts;
    this.replyTo = replyTo;
  }

  /** Whether a request is of this edition of the pair; the attempt does not matter. */
  static boolean isOf(AskedPair pair, String requestId) {
    GenerationRequest request = pair.getRequest();
    return request != null && request.getRequestId().equals(requestId);
  }

  /** The ticket of the pair that a request is about. */
  static String ticketOf(String requestId) {
    int dot = requestId.indexOf('.');
    return dot < 0 ? requestId : requestId.substring(0, dot);
  }

  GenerationRequest answer(AskedPair pair) {
    Candidate candidate = pair.getCandidate();
    return draft(pair.getTicket(), candidate, GenerationKind.ANSWER)
        .setPrompt(candidate.getPrompt())
        .setTemplate(prompts.answerDigest(candidate.getSkill()))
        .build();
  }

  GenerationRequest paraphrase(AskedPair pair) {
    Candidate candidate = pair.getCandidate();
    Prompt prompt =
        prompts.paraphrase(
            candidate.getSkill(),
            candidate.getPrompt(),
            candidate.getGold(),
            orEmpty(candidate.getAnswer()),
            candidate.getTests());
    return draft(pair.getTicket(), candidate, GenerationKind.PARAPHRASE)
        .setPrompt(prompt)
        .setTemplate(prompts.paraphraseDigest(candidate.getSkill()))
        .build();
  }

  GenerationRequest execute(AskedPair pair, String text) {
    Candidate candidate = pair.getCandidate();
    return draft(pair.getTicket(), candidate, GenerationKind.EXECUTE)
        .setPrompt(candidate.getPrompt())
        .setTemplate(prompts.answerDigest(candidate.getSkill()))
        .setText(text)
        .setGold(candidate.getGold())
        .setAnswer(candidate.getAnswer())
        .setTests(candidate.getTests())
        .setMeta(pair.getMeta())
        .build();
  }

  GenerationRequest judge(AskedPair pair, String text) {
    Candidate candidate = pair.getCandidate();
    Prompt prompt =
        prompts.judge(
            candidate.getSkill(),
            candidate.getPrompt(),
            candidate.getGold(),
            orEmpty(candidate.getAnswer()),
            text);
    return draft(pair.getTicket(), candidate, GenerationKind.JUDGE)
        .setPrompt(prompt)
        .setTemplate(prompts.judgeDigest(candidate.getSkill()))
        .setMaxTokens(VERDICT_TOKENS)
        .setTemperature(0)
        .build();
  }

  /** The same once more. */
  static GenerationRequest again(GenerationRequest request) {
    return GenerationRequest.newBuilder(request).setAttempt(request.getAttempt() + 1).build();
  }

  /**
   * Scores a model's text beside gold, both after the prompt alone, for a share of the pairs that
   * their ids choose.
   */
  Optional<GenerationRequest> score(String ticket, Candidate decided) {
    Origin origin = decided.getTarget().getOrigin();
    boolean own = origin == Origin.MODEL || origin == Origin.PARAPHRASE;
    if (!own || (number(ticket) >>> 11) * UNIT >= settings.scored()) {
      return Optional.empty();
    }
    return Optional.of(
        draft(ticket, decided, GenerationKind.SCORE)
            .setPrompt(decided.getPrompt())
            .setTemplate(prompts.answerDigest(decided.getSkill()))
            .setText(decided.getTarget().getText())
            .setGold(decided.getGold())
            .build());
  }

  private GenerationRequest.Builder draft(String ticket, Candidate pair, GenerationKind kind) {
    String edition = Digests.sha256(pair.getGold()).substring(0, EDITION_DIGITS);
    return GenerationRequest.newBuilder()
        .setRequestId(ticket + "." + edition + "." + kind.name().toLowerCase(Locale.ROOT))
        .setPairId(pair.getPairId())
        .setKind(kind)
        .setReplyTo(replyTo)
        .setSkill(pair.getSkill())
        .setAttempt(1)
        .setMaxTokens(settings.maxTokens())
        .setTemperature(settings.temperature())
        .setSeed(settings.seed() ^ number(ticket));
  }

  /** The ticket's first 64 bits. */
  private static long number(String ticket) {
    return Long.parseUnsignedLong(ticket.substring(0, 16), 16);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
