package dev.alluvium.cli.drift;

import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.Table;
import dev.alluvium.schemas.avro.AlarmEvent;
import dev.alluvium.schemas.avro.DriftAlarm;
import dev.alluvium.schemas.avro.DriftReport;
import dev.alluvium.schemas.avro.SkillDrift;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The drift of the last windows for people: a table, and alarms in words. */
final class DriftText {
  /** More would not fit on a line. */
  private static final int SHOWN_SKILLS = 6;

  private DriftText() {}

  static void print(DriftHistory history, CommonOptions to) {
    if (history.windows().isEmpty()) {
      to.say(
          "no window has been watched yet: `alluvium streams` watches while watch.enabled is true");
      return;
    }
    List<String> skills = skills(history);
    List<String> shown = skills.subList(0, Math.min(SHOWN_SKILLS, skills.size()));
    List<String> heads = new ArrayList<>(List.of("WINDOW", "PSI", "JS", "V", "P"));
    heads.addAll(shown);
    Table table = new Table(heads.toArray(String[]::new));
    for (DriftReport report : history.reports()) {
      List<Object> cells = new ArrayList<>();
      cells.add(report.getWindowId());
      cells.add(number(report.getPsi(), "%.3f"));
      cells.add(number(report.getJs(), "%.3f"));
      cells.add(number(report.getEffect(), "%.3f"));
      cells.add(number(report.getP(), "%.1e"));
      shown.forEach(skill -> cells.add(shares(report.getSkills().get(skill))));
      table.row(cells.toArray());
    }
    table.print(to.err());
    to.say(legend(skills.size() - shown.size()));
    DriftReport last = history.windows().get(history.windows().lastKey());
    if (last != null && last.getNote() != null) {
      to.say(last.getNote());
    }
    history.reports().forEach(report -> report.getAlarms().forEach(a -> say(report, a, to)));
    to.say(
        history.standing().isEmpty()
            ? "no alarm stands"
            : "standing: "
                + history.standing().entrySet().stream()
                    .map(alarm -> alarm.getKey() + " since window " + alarm.getValue())
                    .collect(Collectors.joining("; ")));
  }

  private static String legend(int left) {
    String legend =
        "skills: planned / arrived / trained, in %; PSI, JS, V, P: the last windows' arrivals against the reference";
    return left > 0 ? legend + "; %d more skills: --json shows all".formatted(left) : legend;
  }

  private static void say(DriftReport report, DriftAlarm alarm, CommonOptions to) {
    String event = alarm.getEvent() == AlarmEvent.ALARM ? "ALARM" : "all clear";
    to.say("window %d: %s: %s".formatted(report.getWindowId(), event, alarm.getText()));
  }

  /** All skills, those that arrive most first. */
  private static List<String> skills(DriftHistory history) {
    Map<String, Double> arrived = new TreeMap<>();
    for (DriftReport report : history.reports()) {
      report
          .getSkills()
          .forEach(
              (name, skill) ->
                  arrived.merge(
                      name, skill.getArrived() == null ? 0 : skill.getArrived(), Double::sum));
    }
    return arrived.entrySet().stream()
        .sorted(
            Comparator.comparingDouble((Map.Entry<String, Double> e) -> -e.getValue())
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String shares(@Nullable SkillDrift skill) {
    return skill == null
        ? "-"
        : "%s / %s / %s"
            .formatted(
                percent(skill.getPlanned()),
                percent(skill.getArrived()),
                percent(skill.getTrained()));
  }

  private static String percent(@Nullable Double share) {
    return share == null ? "-" : String.format(Locale.ROOT, "%.1f", 100 * share);
  }

  private static String number(@Nullable Double number, String format) {
    return number == null ? "-" : String.format(Locale.ROOT, format, number);
  }
}
