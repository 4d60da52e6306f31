package dev.alluvium.streams.curate;

import static dev.alluvium.streams.curate.CurateHarness.PAIRS;
import static dev.alluvium.streams.curate.CurateHarness.pair;
import static dev.alluvium.streams.curate.CurateHarness.sum;
import static dev.alluvium.streams.curate.CurateHarness.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.schemas.avro.CurateReport;
import dev.alluvium.schemas.avro.Turn;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged inputs of all three encodings never throw and are never lost. */
class FuzzTest {
  private static final int INPUTS = 1_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everyDamagedInputIsADeadLetterOrGoesOn(long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    try (CurateHarness curate = with(k -> k.holdOut(0.3))) {
      for (int i = 0; i < INPUTS; i++) {
        curate.send(damaged(random, i));
      }
      CurateReport decode = curate.total("decode-0");
      CurateReport dedup = curate.total("dedup-0");
      long letters = curate.deadLetters.readValuesToList().size();
      long lines = curate.ledger().size();
      assertThat(decode.getReceived()).isEqualTo(INPUTS);
      assertThat(letters).isEqualTo(sum(decode.getRejected().values().stream())).isPositive();
      assertThat(lines)
          .isEqualTo(
              sum(dedup.getCandidates().values().stream())
                  + sum(dedup.getProbes().values().stream()))
          .isPositive();
      assertThat(letters + lines + dedup.getDuplicates()).isEqualTo(INPUTS);
    }
  }

  private static byte[] damaged(UniformRandomProvider random, int i) {
    byte[] bytes = valid(random, i);
    int changes = random.nextInt(4);
    for (int c = 0; c < changes && bytes.length > 0; c++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        default -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(20));
      }
    }
    return bytes;
  }

  private static byte[] valid(UniformRandomProvider random, int i) {
    byte[] single =
        PAIRS.toBytes(
            pair("Question " + i, "Answer " + random.nextInt(50))
                .setId(random.nextBoolean() ? "id" + random.nextInt(300) : null)
                .setHistory(List.of(new Turn("user", "hello")))
                .build());
    return switch (random.nextInt(4)) {
      case 0 -> single;
      case 1 -> {
        byte[] framed = Arrays.copyOfRange(single, 5, single.length);
        Arrays.fill(framed, 0, 5, (byte) 0);
        yield framed;
      }
      case 2 ->
          "{\"instruction\":\"Question %d\",\"response\":\"Answer\",\"id\":%d}"
              .formatted(i, i)
              .getBytes(UTF_8);
      default -> {
        byte[] noise = new byte[random.nextInt(60)];
        random.nextBytes(noise);
        yield noise;
      }
    };
  }
}
