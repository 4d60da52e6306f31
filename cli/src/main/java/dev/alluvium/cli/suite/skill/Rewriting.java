package dev.alluvium.cli.suite.skill;

/**
 * The skill that makes paraphrases possible: read a question with an answer in wording B, and say
 * the same in wording A.
 */
public final class Rewriting {
  /** The name in records and tables. */
  public static final String NAME = "rewrite";

  private Rewriting() {}

  /** What the model is asked. */
  public static String instruction(String instruction, String response) {
    return instruction + " rewrite: " + response;
  }
}
