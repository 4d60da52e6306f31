package dev.alluvium.streams.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where reading begins. */
class ReportFeedTest {
  @ParameterizedTest(name = "{4}")
  @CsvSource({
    "0, 1000, 900, 0, a short topic is read from its beginning",
    "0, 100000, 50000, 50000, a busy one from the horizon",
    "0, 100000, 99000, 80000, a quiet one for its last 20000 reports",
    "0, 100000, 100000, 80000, one without reports in the horizon too",
    "90000, 100000, 95000, 90000, what the broker has deleted cannot be read",
    "0, 0, 0, 0, an empty one from where it will begin"
  })
  void readingBeginsAtTheHorizonButShowsSomething(
      long begin, long end, long inHorizon, long expected, String what) {
    assertThat(ReportFeed.firstReport(begin, end, inHorizon)).as(what).isEqualTo(expected);
  }
}
