package dev.alluvium.streams.mix.fold;

import dev.alluvium.schemas.avro.DmtCycle;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where a DMT cycle stands. */
final class Cycle {
  static final String SPECIALISED = "specialised";
  static final String GENERAL = "general";

  long number;
  boolean general;
  int windows;
  int examples;
  int stageExamples;
  SortedMap<String, Integer> reminders = new TreeMap<>();
  SortedMap<String, Integer> reminded = new TreeMap<>();

  /** Clock since which the stage could have had a window and had none. */
  @Nullable Long idleSince;

  /** The cycle of a row of state. */
  static Cycle of(DmtCycle row) {
    Cycle cycle = new Cycle();
    cycle.number = row.getNumber();
    cycle.general = row.getGeneral();
    cycle.windows = row.getWindows();
    cycle.examples = row.getExamples();
    cycle.stageExamples = row.getStageExamples();
    cycle.reminders = new TreeMap<>(row.getReminders());
    cycle.reminded = new TreeMap<>(row.getReminded());
    cycle.idleSince = row.getIdleSince();
    return cycle;
  }

  DmtCycle row() {
    return new DmtCycle(
        number,
        general,
        windows,
        examples,
        stageExamples,
        new TreeMap<>(reminders),
        new TreeMap<>(reminded),
        idleSince);
  }

  /** The stage's name. */
  String stage() {
    return general ? GENERAL : SPECIALISED;
  }

  /** The other stage begins. */
  void turn(int nextExamples, SortedMap<String, Integer> nextReminders) {
    number += general ? 1 : 0;
    general = !general;
    windows = 0;
    examples = 0;
    stageExamples = nextExamples;
    reminders = nextReminders;
    reminded = new TreeMap<>();
    idleSince = null;
  }
}
