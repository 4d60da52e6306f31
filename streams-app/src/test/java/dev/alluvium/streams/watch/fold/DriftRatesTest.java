package dev.alluvium.streams.watch.fold;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.AlarmEvent;
import dev.alluvium.streams.config.WatchSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * How often the watch is wrong, and how soon it is right. {@code mvn -pl streams-app -am test
 * -Dtest=DriftRatesTest -Ddocs.write=true -Dsurefire.failIfNoSpecifiedTests=false} writes the table
 * of docs/drift.md anew, in half a minute; otherwise its most important row is computed again.
 * {@code -Ddrift.seeds=1000} takes more seeds than the 100 of the table.
 */
class DriftRatesTest {
  private static final Path PAGE = Path.of("../docs/drift.md");
  private static final String BEGIN = "<!-- delays: begin -->\n";
  private static final String END = "\n<!-- delays: end -->";

  @Test
  void atMostOneInAHundredStationaryFlowsOf200WindowsRaisesAnyAlarm() {
    List<Long> alarmed =
        IntStream.range(0, DelayTable.SEEDS)
            .parallel()
            .filter(seed -> alarms(seed) > 0)
            .mapToObj(seed -> (long) seed)
            .toList();
    assertThat(alarmed).hasSizeLessThanOrEqualTo(DelayTable.SEEDS / 100);
  }

  private static long alarms(int seed) {
    Watched watched = Watched.equal(seed);
    watched.flow.windows(200);
    assertThat(watched.reports.get(200L).getRates()).hasSize(13);
    return watched.events.stream()
        .filter(event -> event.alarm().getEvent() == AlarmEvent.ALARM)
        .count();
  }

  @Test
  void aShiftOfTenPointsIsFoundWithinThreeWindowsAndTheTableSaysSo() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    if (Boolean.getBoolean("docs.write")) {
      assertThat(DelayTable.SEEDS).isEqualTo(DelayTable.TABLE_SEEDS);
      page = page.substring(0, begin) + DelayTable.markdown() + page.substring(end);
      Files.writeString(PAGE, page, UTF_8);
    }
    int[] delays = DelayTable.delays(DelayTable.tenPoints(), WatchSettings.defaults());
    assertThat(DelayTable.within(delays, 3)).isGreaterThanOrEqualTo(DelayTable.SEEDS * 95L / 100);
    if (DelayTable.SEEDS == DelayTable.TABLE_SEEDS) {
      assertThat(page)
          .contains(DelayTable.row(DelayTable.tenPoints(), WatchSettings.defaults(), "trailing"));
    }
  }
}
