package dev.alluvium.cli.verify;

import java.util.Locale;

/** What can be wrong with the books. */
enum Kind {
  WINDOW_GAP("windows are missing before it"),
  WINDOW_REPEATED("it was there before, or comes out of order"),
  WINDOW_UNCLOSED("it has no close"),
  STRAY_RECORD("a record outside of its window, or out of its place in it"),
  EXAMPLE_COUNT("its close counts other examples"),
  SKILL_COUNTS("its close counts other examples by skill"),
  TOKEN_SUM("its close adds up other tokens"),
  WINDOW_DIGEST("its examples are not those that its close was written for"),
  PAIR_TWICE("a new example was new in an earlier window too"),
  REPLAY_UNFOUNDED("a replayed example was not new, in the same words, in the window it names"),
  RECOMPUTED_OPEN("the ledger makes another open of it"),
  RECOMPUTED_EXAMPLES("the ledger makes other examples of it"),
  RECOMPUTED_CLOSE("the ledger makes another close of it"),
  RECOMPUTED_CONTROLS("the ledger makes other orders after it"),
  RECOMPUTED_MISSING("the ledger makes it and it is not there, or the other way round"),
  OUTCOME_UNKNOWN_WINDOW("an outcome of a window that is not there"),
  OUTCOME_MISSING("a window without an outcome, older than one with an outcome"),
  OUTCOME_TWICE("trained although it had an outcome"),
  OUTCOME_EXAMPLES("the outcome counts other examples than the window has"),
  PROGRESS_WINDOW("progress and the newest outcome name different windows"),
  PROGRESS_OFFSET("progress goes on elsewhere than after its last window"),
  CHECKPOINT_UNREADABLE(
      "a checkpoint to go on from or to return to is not there, or not what was written"),
  CHECKPOINT_POSITION("the checkpoint stands elsewhere than progress says"),
  VERSION_GAP("version numbers are missing before it"),
  VERSION_REUSED("its name was used for other weights"),
  VERSION_PARENT("its parent is missing, later, or was not promoted"),
  VERSION_WINDOWS("its windows do not go on where the version before ended"),
  VERSION_UNREADABLE("its directory, manifest or weights cannot be read"),
  VERSION_DIGEST("its weight files are not those that were measured"),
  VERSION_MANIFEST("its manifest says something else than models.v1"),
  VERSION_MANIFEST_DIGEST("its manifest is not the one that was written with it"),
  VERSION_FILE("a file of its directory is not the one that its manifest lists"),
  VERSION_FILE_MISSING("a file that its manifest lists is not there"),
  VERSION_FILE_EXTRA("a file that its manifest does not list"),
  VERSION_BASE("the base model on this disk is not the one it was trained on"),
  VERSION_ADAPTER("its adapter_config.json does not fit the manifest or the weights"),
  PROMOTION_UNKNOWN("the ledger promotes a version that is not there, or with other windows");

  private final String meaning;

  Kind(String meaning) {
    this.meaning = meaning;
  }

  /** The code that programs read. */
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** In words. */
  String meaning() {
    return meaning;
  }
}
