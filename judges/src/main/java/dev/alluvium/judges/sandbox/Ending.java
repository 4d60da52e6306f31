package dev.alluvium.judges.sandbox;

/**
 * How a confined program ended.
 *
 * @param cause what ended it
 * @param exitCode its exit status; 128 and more for a signal
 * @param stderr the last of what it wrote to its standard error
 */
public record Ending(Cause cause, int exitCode, String stderr) {
  /** What ended a program. */
  public enum Cause {
    /** It ended by itself. */
    ITSELF,
    /** Too long by the clock. */
    WALL_TIME,
    /** Too much processor time. */
    CPU_TIME,
    /** Too much memory in all its processes together. */
    MEMORY,
    /** Too much output. */
    OUTPUT,
    /** The caller was done with it. */
    CALLER
  }
}
