package dev.alluvium.cli.experiment;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One way of training that is compared with others.
 *
 * @param name as in tables
 * @param phases what is streamed, in this order
 * @param settings what it sets over the settings that all arms share
 * @param writer whose texts the targets are chosen from
 */
record Arm(String name, List<Phase> phases, Map<String, String> settings, Writer writer) {
  /** Whose texts become targets, where targets are not gold. */
  enum Writer {
    /** The base model, whatever has been learnt since: the paper's way. */
    BASE,
    /** The weights as they are when the pair comes. */
    CURRENT
  }

  Arm {
    phases = List.copyOf(phases);
    settings = new TreeMap<>(settings);
  }

  private static final String MODE = "s3ft.mode";
  private static final String SHARE = "mix.replay.share";
  private static final String MU = "train.sftmix.mu";
  private static final String KL = "train.kl.weight";
  private static final String RATE = "train.learningRate";
  private static final String OFF = "off";
  private static final String CHOOSING = "s3ft";
  private static final String NONE = "0";

  /** Of every window, where an arm replays. */
  private static final String REPLAYED = "0.2";

  /** Where an arm is held near its base. */
  private static final String HELD = "0.5";

  /** The new skills one after the other. */
  static final List<Phase> ONE_BY_ONE =
      List.of(Phase.of("subtract"), Phase.of("program"), Phase.of("stone"));

  /** The same after an anchor: of the base skills one percent as many pairs. */
  private static final List<Phase> ANCHORED =
      Stream.concat(Stream.of(Phase.anchor(0.01 * ONE_BY_ONE.size())), ONE_BY_ONE.stream())
          .toList();

  /** The new skills all at once. */
  static final List<Phase> MIXED = List.of(Phase.of("subtract", "program", "stone"));

  /** Gold, and nothing against forgetting. */
  static final Arm NAIVE = gold("naive", Map.of(SHARE, NONE));

  /** The same on all weights, at the rate at which that learns most (docs/experiments.md). */
  static final Arm NAIVE_FULL =
      gold("naive-full", Map.of(SHARE, NONE, "train.method", "full", RATE, "0.0005"));

  /** Gold, and a fifth of every window is replayed. */
  static final Arm REPLAY = gold("replay", Map.of(SHARE, REPLAYED));

  /** The paper's S3FT. */
  static final Arm S3FT = chosen("s3ft", CHOOSING, Writer.BASE, Map.of(SHARE, NONE));

  /** The base model's paraphrase of gold, where it is right. */
  static final Arm SDFT = chosen("sdft", "sdft", Writer.BASE, Map.of(SHARE, NONE));

  /** The model's own right answers only. */
  static final Arm SELF_ONLY = chosen("self-only", "self-only", Writer.BASE, Map.of(SHARE, NONE));

  /** SFTMix as in the paper, but for its split. */
  static final Arm SFTMIX = gold("sftmix", Map.of(SHARE, NONE, MU, "0.2"));

  /** Its control. */
  static final Arm SFTMIX_RANDOM =
      gold("sftmix-random", Map.of(SHARE, NONE, MU, "0.2", "train.sftmix.split", "random"));

  /** Everything on that is on by default. */
  static final Arm ALLUVIUM =
      chosen("alluvium", CHOOSING, Writer.BASE, Map.of(SHARE, REPLAYED, KL, HELD));

  /** Those that experiments share, in the order of help texts. */
  static final List<Arm> SHARED =
      List.of(
          NAIVE,
          NAIVE_FULL,
          REPLAY,
          SDFT,
          SELF_ONLY,
          S3FT,
          chosen("s3ft-current", CHOOSING, Writer.CURRENT, Map.of(SHARE, NONE)),
          SFTMIX,
          SFTMIX_RANDOM,
          gold("kl", Map.of(SHARE, NONE, KL, HELD)),
          chosen("s3ft-replay", CHOOSING, Writer.BASE, Map.of(SHARE, REPLAYED)),
          chosen("s3ft-kl", CHOOSING, Writer.BASE, Map.of(SHARE, NONE, KL, HELD)),
          gold("replay-kl", Map.of(SHARE, REPLAYED, KL, HELD)),
          ALLUVIUM,
          chosen("alluvium-current", CHOOSING, Writer.CURRENT, Map.of(SHARE, REPLAYED, KL, HELD)),
          REPLAY.on(ANCHORED).as("replay-anchor", Map.of()),
          ALLUVIUM.on(ANCHORED).as("alluvium-anchor", Map.of()));

  /** Trains on gold, by default on the new skills one after the other. */
  static Arm gold(String name, Map<String, String> settings) {
    return chosen(name, OFF, Writer.CURRENT, settings);
  }

  private static Arm chosen(String name, String mode, Writer writer, Map<String, String> settings) {
    Map<String, String> all = new TreeMap<>(settings);
    all.put(MODE, mode);
    return new Arm(name, ONE_BY_ONE, all, writer);
  }

  /** The learning rate, where it is one of the arm's own, whatever the others train at. */
  Optional<Double> rate() {
    return Optional.ofNullable(settings.get(RATE)).map(Double::valueOf);
  }

  /** The same way on another stream. */
  Arm on(List<Phase> stream) {
    return new Arm(name, stream, settings, writer);
  }

  /** The same way and stream under another name, with more settings. */
  Arm as(String other, Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(settings);
    all.putAll(more);
    return new Arm(other, phases, all, writer);
  }
}
