package dev.alluvium.streams.config;

import dev.alluvium.schemas.avro.DmtRules;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The stages of DMT, dual-stage mixed fine-tuning (arXiv 2310.05492).
 *
 * @param general skills of the general stage, separated by commas; all others are specialised
 * @param specialisedWindows windows of the specialised stage; 0: all there is, until a flush
 * @param generalExamples new examples of the general stage; 0: all that wait when it begins
 * @param fraction fraction of each specialised skill's trained examples that a general stage
 *     replays, such as 1/256
 * @param floor least examples of a specialised skill replayed in a general stage
 * @param cap most of a general window that is replayed, 0 to 0.9
 */
public record DmtSettings(
    String general,
    int specialisedWindows,
    int generalExamples,
    String fraction,
    int floor,
    double cap) {
  private static final Pattern FRACTION = Pattern.compile("(\\d{1,7}) ?/ ?(\\d{1,7})");

  /** Eight specialised windows and 1,024 general examples take turns. */
  public static DmtSettings defaults() {
    return new DmtSettings("general", 8, 1_024, "1/256", 16, 0.3);
  }

  /** The settings of rules. */
  static DmtSettings of(DmtRules rules) {
    return new DmtSettings(
        String.join(", ", rules.getGeneral()),
        rules.getSpecialisedWindows(),
        rules.getGeneralExamples(),
        rules.getFractionOf() + "/" + rules.getFractionIn(),
        rules.getFloor(),
        Millionths.toShare(rules.getCap()));
  }

  DmtRules rules() {
    Matcher parts = FRACTION.matcher(fraction.strip());
    Require.that(
        parts.matches(),
        "mix.dmt.fraction is '%s': expected two whole numbers such as 1/256".formatted(fraction));
    return new DmtRules(
        names(general),
        specialisedWindows,
        generalExamples,
        Long.parseLong(parts.group(1)),
        Long.parseLong(parts.group(2)),
        floor,
        Millionths.of("mix.dmt.cap", cap));
  }

  private static List<String> names(String list) {
    return Arrays.stream(list.split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .sorted()
        .distinct()
        .toList();
  }
}
