package dev.alluvium.streams.dashboard.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downsampling loses time, never counts, and room is bounded. */
class TimelineTest {
  private static final long START = 1_700_000_000_000L;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void countsAreExactAndBucketsAreBoundedHoweverFactsCome(int seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    Timeline timeline = new Timeline(Duration.ofDays(3650), 100);
    long time = START;
    long sum = 0;
    double worst = 0;
    for (int change = 1; change <= 20_000; change++) {
      time += random.nextInt(4_000);
      int n = random.nextInt(5);
      double loss = random.nextDouble();
      Bucket bucket = timeline.at(time, change);
      bucket.trained.add(random.nextInt(3), n);
      bucket.lossFirst.add(loss, 1);
      sum += n;
      worst = Math.max(worst, loss);
    }

    List<Bucket> buckets = List.copyOf(timeline.buckets());
    assertThat(buckets).hasSizeBetween(50, 100);
    assertThat(buckets.stream().mapToLong(b -> b.trained.sum()).sum()).isEqualTo(sum);
    assertThat(buckets.stream().mapToDouble(b -> b.lossFirst.most()).max()).hasValue(worst);
    assertThat(buckets).extracting(b -> b.start).isSorted().doesNotHaveDuplicates();
    assertThat(buckets).allMatch(b -> b.start % timeline.width() == 0);
    assertThat(Long.bitCount(timeline.width() / 1_000)).isEqualTo(1);
  }

  @Test
  void aDayBySecondsBecomesBucketsOfAboutAMinute() {
    Timeline timeline = new Timeline(Duration.ofDays(1), History.BUCKETS);
    for (int second = 0; second < 3 * 86_400; second++) {
      timeline.at(START + second * 1_000L, second).windows++;
    }

    assertThat(timeline.width()).isEqualTo(64_000);
    assertThat(timeline.buckets()).hasSizeBetween(1_350, 1_352);
    assertThat(timeline.buckets().stream().mapToLong(b -> b.windows).sum())
        .isBetween(86_400L, 86_400L + 128);
  }

  @Test
  void whatIsOlderThanTheHorizonIsForgottenAndSilenceTakesNoRoom() {
    Timeline timeline = new Timeline(Duration.ofMinutes(15), 1_000);
    timeline.at(START, 1);
    timeline.at(START + 60_000, 2);
    timeline.at(START + 16 * 60_000, 3);

    assertThat(timeline.buckets())
        .extracting(b -> b.start)
        .containsExactly(START + 60_000, START + 16 * 60_000);
  }

  @Test
  void aFactFromBeforeTheNewestBucketBelongsToTheNewest() {
    Timeline timeline = new Timeline(Duration.ofDays(1), 10);
    timeline.at(START + 5_000, 1);

    assertThat(timeline.at(START, 2).start).isEqualTo(START + 5_000);
    assertThat(timeline.buckets()).hasSize(1);
  }

  @Test
  void joiningIsNumberedSoThatReadersKnowToBeginAnew() {
    Timeline timeline = new Timeline(Duration.ofDays(1), 4);
    for (int i = 0; i < 4; i++) {
      timeline.at(START + i * 1_000L, i + 1);
    }
    assertThat(timeline.joinedAt()).isZero();

    timeline.at(START + 4_000, 5);

    assertThat(timeline.joinedAt()).isEqualTo(5);
    assertThat(timeline.buckets()).hasSize(3);
  }
}
