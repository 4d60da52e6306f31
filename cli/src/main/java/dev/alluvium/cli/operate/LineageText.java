package dev.alluvium.cli.operate;

import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.Table;
import dev.alluvium.cli.operate.Lineage.Edition;
import dev.alluvium.cli.operate.Lineage.HeldOut;
import dev.alluvium.cli.operate.Lineage.InWindow;
import dev.alluvium.cli.operate.Lineage.Learnt;
import dev.alluvium.cli.operate.Lineage.Letter;
import dev.alluvium.cli.operate.Lineage.Text;
import dev.alluvium.cli.operate.Lineage.Words;
import dev.alluvium.schemas.avro.JudgeVerdict;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A lineage for people: a paragraph for each edition, then tables of what became of it. */
final class LineageText {
  /** As much of a digest as tells two apart. */
  private static final int DIGEST_CHARS = 12;

  private LineageText() {}

  /** Prints it. */
  static void print(Lineage lineage, List<String> searched, CommonOptions to) {
    to.say("pair " + lineage.pair());
    lineage.editions().forEach(edition -> say(edition, to));
    lineage.erased().forEach(offset -> to.say("  erased at ledger offset " + offset));
    letters(lineage.letters(), to);
    windows(lineage.places(), to);
    versions(lineage, to);
    to.say("searched from " + String.join(", ", searched));
  }

  private static void say(Edition edition, CommonOptions to) {
    to.say(
        "  arrived at %s%s: skill %s, group %s%s"
            .formatted(
                Place.of(edition.arrived()),
                edition.eventTime() == null ? "" : ", of " + edition.eventTime(),
                edition.skill(),
                brief(edition.group()),
                edition.source() == null ? "" : ", source " + edition.source()));
    HeldOut heldOut = edition.heldOut();
    if (heldOut != null) {
      to.say("    probe at ledger offset %d: %s".formatted(edition.offset(), told(heldOut)));
    }
    Words words = edition.words();
    if (words != null) {
      to.say(
          "    candidate at ledger offset %d: %s%s%s"
              .formatted(
                  edition.offset(),
                  told(words),
                  words.template() == null ? "" : ", template " + brief(words.template()),
                  edition.supersededBy() == null
                      ? ""
                      : "; superseded by offset " + edition.supersededBy()));
    }
    edition.verdicts().forEach(verdict -> to.say("      " + told(verdict)));
    if (edition.text() != null) {
      say(edition.text(), to);
    }
  }

  private static void say(Text text, CommonOptions to) {
    text.prompt()
        .getHistory()
        .forEach(turn -> say("history, " + turn.getRole(), turn.getText(), to));
    say("context", text.prompt().getContext(), to);
    say("instruction", text.prompt().getInstruction(), to);
    say("target", text.target(), to);
    say("gold", text.gold(), to);
  }

  private static void say(String name, @Nullable String text, CommonOptions to) {
    if (text != null) {
      to.say("    %s: %s".formatted(name, text));
    }
  }

  private static String told(Words words) {
    return "%s, %s%s"
        .formatted(
            words.origin(),
            words.reason(),
            words.version() == null ? "" : ", written by " + words.version());
  }

  private static String told(JudgeVerdict verdict) {
    return String.format(
        Locale.ROOT,
        "%s %s by %s %d: %s, score %.2f",
        verdict.getKind(),
        verdict.getDecision(),
        verdict.getJudge(),
        verdict.getVersion(),
        verdict.getReason(),
        verdict.getScore());
  }

  private static String told(HeldOut heldOut) {
    String measured =
        heldOut.measured().isEmpty()
            ? "no version is known to be measured by it"
            : "measured " + String.join(", ", heldOut.measured());
    return "held out, never trained; "
        + (heldOut.window() == null
            ? "no window has carried it to the trainer"
            : "carried by window %d; %s".formatted(heldOut.window(), measured));
  }

  private static void letters(List<Letter> letters, CommonOptions to) {
    if (letters.isEmpty()) {
      return;
    }
    Table table = new Table("DEAD LETTER", "TIME", "STAGE", "REASON", "SOURCE");
    for (Letter letter : letters) {
      table.row(
          letter.offset(),
          letter.time(),
          letter.stage(),
          letter.reason(),
          Place.of(letter.source()));
    }
    table.print(to.err());
    letters.forEach(
        letter -> say("dead letter %d".formatted(letter.offset()), letter.detail(), to));
  }

  private static void windows(List<InWindow> places, CommonOptions to) {
    if (places.isEmpty()) {
      return;
    }
    Table table = new Table("WINDOW", "OFFSET", "EDITION", "NEW OR AGAIN", "WORDS", "OUTCOME");
    for (InWindow place : places) {
      table.row(
          place.window(),
          place.offset(),
          Place.of(place.arrived()),
          place.replayOf() == null ? "new" : "again, first in " + place.replayOf(),
          told(place.words()),
          told(place.result()));
    }
    table.print(to.err());
  }

  private static String told(Lineage.Result result) {
    return switch (result) {
      case TRAINED, QUARANTINED -> result.name();
      case REFUSED -> "REFUSED, see its dead letter";
      case WAITING -> "none yet";
      case FORGOTTEN -> "no longer kept";
    };
  }

  /** The versions that learnt from it. */
  static void versions(Lineage lineage, CommonOptions to) {
    if (lineage.versions().isEmpty()) {
      to.say("no version is known to have learnt from it");
    } else {
      Table table = new Table("VERSION", "STATUS", "LEARNT FROM IT IN WINDOWS", "ANSWERS");
      for (Learnt version : lineage.versions()) {
        table.row(
            version.version(),
            version.status(),
            version.windows().stream().map(String::valueOf).collect(Collectors.joining(", ")),
            version.answers() ? "now" : "");
      }
      table.print(to.err());
    }
    if (!lineage.untold().isEmpty()) {
      to.say(
          "not known of %s: the outcomes of their windows are no longer kept"
              .formatted(String.join(", ", lineage.untold())));
    }
  }

  private static String brief(String digest) {
    return digest.substring(0, Math.min(DIGEST_CHARS, digest.length()));
  }
}
