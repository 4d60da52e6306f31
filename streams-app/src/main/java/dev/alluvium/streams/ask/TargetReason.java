package dev.alluvium.streams.ask;

import java.util.Locale;

/** Why a target has its origin. */
public enum TargetReason {
  /** No model is asked. */
  S3FT_OFF("GOLD"),
  /** A judge accepts the model's own answer. */
  RIGHT_ANSWER("MODEL"),
  /** A judge accepts the model's own wording of gold, and no answer of its own was right. */
  RIGHT_PARAPHRASE("PARAPHRASE"),
  /** A judge accepts a text of a model that is not ours, and the settings allow to train on it. */
  TEACHER_TEXT("TEACHER"),
  /** A judge accepts a text of a model that is not ours, and the settings refuse it. */
  TEACHER_REFUSED("GOLD"),
  /** No text of the model is right. */
  NO_RIGHT_TEXT("GOLD"),
  /** What the model says is gold, word for word. */
  COPY_OF_GOLD("GOLD"),
  /** A text could not be judged. */
  JUDGE_ERROR("GOLD"),
  /** A worker could not answer: its error is in its log and in the request's result. */
  WORKER_ERROR("GOLD"),
  /** Workers had the request in hand as often as is tried, and none answered in time. */
  NO_REPLY("GOLD"),
  /** What would have to be asked, or what was answered, is too large for a record. */
  TOO_LARGE("GOLD"),
  /** As many requests are out as may be, and busy pairs take gold. */
  BUSY("GOLD"),
  /** As many pairs wait as may wait. */
  BACKLOG_FULL("GOLD"),
  /** A newer edition of the pair came while this one waited. */
  SUPERSEDED("GOLD");

  private final String origin;

  TargetReason(String origin) {
    this.origin = origin;
  }

  /** The origin it goes with. */
  public String origin() {
    return origin;
  }

  /** As it stands in targets and reports. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
