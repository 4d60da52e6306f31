package dev.alluvium.cli.experiment;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One way of training that is compared with others.
 *
 * @param name as in tables
 * @param settings what it sets over the settings that all arms share
 * @param writer whose texts the targets are chosen from
 */
record Arm(String name, Map<String, String> settings, Writer writer) {
  /** Whose texts become targets, where targets are not gold. */
  enum Writer {
    /** The base model, whatever has been learnt since: the paper's way. */
    BASE,
    /** The weights as they are when the pair comes. */
    CURRENT
  }

  Arm {
    settings = new TreeMap<>(settings);
  }

  private static final String MODE = "s3ft.mode";
  private static final String SHARE = "mix.replay.share";
  private static final String MU = "train.sftmix.mu";
  private static final String KL = "train.kl.weight";
  private static final String OFF = "off";
  private static final String S3FT = "s3ft";
  private static final String NONE = "0";

  /** Of every window, where an arm replays. */
  private static final String REPLAYED = "0.2";

  /** Gold, and nothing against forgetting. */
  static final Arm NAIVE = new Arm("naive", Map.of(MODE, OFF, SHARE, NONE), Writer.CURRENT);

  /** All there are, in the order of help texts. */
  static final List<Arm> ALL =
      List.of(
          NAIVE,
          new Arm("replay", Map.of(MODE, OFF, SHARE, REPLAYED), Writer.CURRENT),
          new Arm("sdft", Map.of(MODE, "sdft", SHARE, NONE), Writer.BASE),
          new Arm("self-only", Map.of(MODE, "self-only", SHARE, NONE), Writer.BASE),
          new Arm("s3ft", Map.of(MODE, S3FT, SHARE, NONE), Writer.BASE),
          new Arm("s3ft-current", Map.of(MODE, S3FT, SHARE, NONE), Writer.CURRENT),
          new Arm("sftmix", Map.of(MODE, OFF, SHARE, NONE, MU, "0.2"), Writer.CURRENT),
          new Arm(
              "sftmix-random",
              Map.of(MODE, OFF, SHARE, NONE, MU, "0.2", "train.sftmix.split", "random"),
              Writer.CURRENT),
          new Arm("kl", Map.of(MODE, OFF, SHARE, NONE, KL, "0.5"), Writer.CURRENT),
          new Arm("s3ft-replay", Map.of(MODE, S3FT, SHARE, REPLAYED), Writer.BASE),
          new Arm("alluvium", Map.of(MODE, S3FT, SHARE, REPLAYED, KL, "0.5"), Writer.BASE));

  /** The arm of a name, if there is one. */
  static Optional<Arm> named(String name) {
    return ALL.stream().filter(arm -> arm.name().equals(name)).findFirst();
  }
}
