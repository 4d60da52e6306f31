package dev.alluvium.cli.experiment;

import java.util.Map;
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

  /** Gold, and nothing against forgetting. */
  static Arm naive() {
    return new Arm("naive", Map.of(MODE, "off", SHARE, "0"), Writer.CURRENT);
  }

  /** Gold, and a share of every window from what was trained before. */
  static Arm replay(String share) {
    return new Arm("replay", Map.of(MODE, "off", SHARE, share), Writer.CURRENT);
  }

  /** S3FT (arXiv 2502.08130) or a relative, without replay. */
  static Arm selfTargets(String name, String mode, Writer writer) {
    return new Arm(name, Map.of(MODE, mode, SHARE, "0"), writer);
  }

  /** Everything that is on in the stream. */
  static Arm alluvium(String share) {
    return new Arm("alluvium", Map.of(MODE, "s3ft", SHARE, share), Writer.CURRENT);
  }
}
