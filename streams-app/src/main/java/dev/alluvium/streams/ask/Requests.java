package dev.alluvium.streams.ask;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.AskedPair;
import dev.alluvium.schemas.avro.Candidate;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.Origin;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.topic.Topics;
import dev.alluvium.streams.config.S3ftSettings;
import dev.alluvium.streams.prompt.PromptFiles;
import java.time.Instant;
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
        .setTemplate(template(candidate))
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

  /**
   * @param of what the text is: an answer's verdict must never decide about a paraphrase
   */
  GenerationRequest execute(AskedPair pair, GenerationKind of, String text) {
    Candidate candidate = pair.getCandidate();
    return about(of, draft(pair.getTicket(), candidate, GenerationKind.EXECUTE))
        .setPrompt(question(pair))
        .setTemplate(template(candidate))
        .setText(text)
        .setGold(candidate.getGold())
        .setAnswer(candidate.getAnswer())
        .setTests(candidate.getTests())
        .setMeta(pair.getMeta())
        .build();
  }

  /**
   * @param of what the text is
   */
  GenerationRequest judge(AskedPair pair, GenerationKind of, String text) {
    Candidate candidate = pair.getCandidate();
    Prompt prompt =
        prompts.judge(
            candidate.getSkill(),
            question(pair),
            candidate.getGold(),
            orEmpty(candidate.getAnswer()),
            text);
    return about(of, draft(pair.getTicket(), candidate, GenerationKind.JUDGE))
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
            .setTemplate(template(decided))
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
        .setEventTime(Instant.ofEpochMilli(pair.getEventTime()))
        .setAttempt(1)
        .setMaxTokens(settings.maxTokens())
        .setTemperature(settings.temperature())
        .setSeed(settings.seed() ^ number(ticket));
  }

  private static GenerationRequest.Builder about(
      GenerationKind of, GenerationRequest.Builder request) {
    return request.setRequestId(request.getRequestId() + "-" + of.name().toLowerCase(Locale.ROOT));
  }

  /** What the pair itself asks, whatever a prompt file made of it. */
  static Prompt question(AskedPair pair) {
    Prompt own = pair.getQuestion();
    return own == null ? pair.getCandidate().getPrompt() : own;
  }

  private static String template(Candidate candidate) {
    return orEmpty(candidate.getTarget().getTemplate());
  }

  /** Whether a record can hold it, beside what else is in the record. */
  static boolean fits(GenerationRequest request) {
    Prompt prompt = request.getPrompt();
    long bytes = utf8(prompt.getInstruction()) + utf8(orEmpty(prompt.getContext()));
    bytes += utf8(orEmpty(request.getText())) + utf8(orEmpty(request.getGold()));
    return bytes <= Topics.MAX_INTERNAL_BYTES / 2;
  }

  /** Bytes of a text. */
  static long utf8(String text) {
    return text.getBytes(UTF_8).length;
  }

  /** The ticket's first 64 bits. */
  private static long number(String ticket) {
    return Long.parseUnsignedLong(ticket.substring(0, 16), 16);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
