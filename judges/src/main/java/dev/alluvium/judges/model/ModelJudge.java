package dev.alluvium.judges.model;

import dev.alluvium.judges.Attempt;
import dev.alluvium.judges.Judge;
import dev.alluvium.judges.Question;
import dev.alluvium.judges.Reason;
import dev.alluvium.judges.Venue;
import dev.alluvium.judges.Verdict;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks a model whether a text says the same as gold, and reads its yes or no. Who has a model asks
 * it and gives the reply to {@link #verdict}.
 */
public final class ModelJudge implements Judge {
  private static final Pattern FIRST_WORD = Pattern.compile("^[^\\p{L}]*(\\p{L}+)");

  @Override
  public String name() {
    return "model";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public Venue venue() {
    return Venue.MODEL;
  }

  @Override
  public boolean reads(Question question) {
    return !question.shortGold().isBlank();
  }

  @Override
  public Verdict judge(Question question, Attempt attempt) {
    return Verdict.error(this, Reason.NEEDS_MODEL, "there is no model here to ask");
  }

  /** The verdict in a model's reply: its first word, yes or no; anything else accepts nothing. */
  public Verdict verdict(String reply) {
    Matcher word = FIRST_WORD.matcher(reply.strip());
    String said = word.find() ? word.group(1).toLowerCase(Locale.ROOT) : "";
    String evidence = "the model says '%s'".formatted(reply.strip());
    return switch (said) {
      case "yes" -> Verdict.accepted(this, Reason.EQUAL, evidence);
      case "no" -> Verdict.rejected(this, Reason.DIFFERENT, evidence);
      default -> Verdict.rejected(this, Reason.UNREAD, evidence);
    };
  }
}
