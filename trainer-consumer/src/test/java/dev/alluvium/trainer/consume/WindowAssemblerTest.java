package dev.alluvium.trainer.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.schemas.avro.CloseReason;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Control;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.avro.WindowOpen;
import dev.alluvium.schemas.avro.WindowRecord;
import dev.alluvium.schemas.window.WindowDigest;
import dev.alluvium.trainer.loop.Windows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WindowAssemblerTest {
  private static final Instant TIME = Instant.parse("2026-03-04T05:06:07Z");

  private final WindowAssembler assembler = new WindowAssembler("training.windows.v1");
  private final List<Example> examples = List.of(Windows.example(7, 0), Windows.example(7, 1));

  @Test
  void givesAWindowOnceItIsClosed() {
    assertThat(assembler.add(new WindowRecord(Windows.open(7)), 10)).isEmpty();
    assertThat(assembler.add(new WindowRecord(examples.get(0)), 11)).isEmpty();
    assertThat(assembler.add(new WindowRecord(examples.get(1)), 12)).isEmpty();
    Optional<Input> input = assembler.add(new WindowRecord(close(7, 2, digest())), 13);

    assertThat(input)
        .get()
        .isInstanceOfSatisfying(
            Window.class,
            window -> {
              assertThat(window.id()).isEqualTo(7);
              assertThat(window.examples()).isEqualTo(examples);
              assertThat(window.offset()).isEqualTo(10);
              assertThat(window.nextOffset()).isEqualTo(14);
            });
  }

  @Test
  void givesAControlBetweenWindows() {
    Control control = Control.newBuilder().setRequestId("r").setKind(CommandKind.FLUSH).build();

    assertThat(assembler.add(new WindowRecord(control), 5)).contains(new ControlInput(control, 6));
  }

  @Test
  void refusesAWindowWithAnotherDigest() {
    assertBroken("has digest", open(), examples.get(0), examples.get(1), close(7, 2, "00"));
  }

  @Test
  void refusesAWindowThatMissesAnExample() {
    assertBroken(
        "has 1 examples; its close says 2", open(), examples.get(0), close(7, 2, digest()));
  }

  @Test
  void refusesExamplesOutOfPlace() {
    assertBroken("example 1 of window 7 where 0 was expected", open(), examples.get(1));
  }

  @Test
  void refusesAWindowWithoutAClose() {
    assertBroken("window 7 has no close", open(), Windows.open(8));
  }

  @Test
  void refusesRecordsOfAWindowThatIsNotOpen() {
    assertBroken("a record of window 7, which is not open", examples.get(0));
    assertBroken("a record of window 9, which is not open", open(), close(9, 0, digest()));
  }

  @Test
  void startsAnewAfterASeek() {
    assembler.add(new WindowRecord(Windows.open(7)), 10);
    assembler.add(new WindowRecord(examples.get(0)), 11);
    assembler.reset();

    assertThat(assembler.add(new WindowRecord(Windows.open(7)), 10)).isEmpty();
  }

  private void assertBroken(String message, Object... parts) {
    WindowAssembler fresh = new WindowAssembler("training.windows.v1");
    List<Object> all = new ArrayList<>(List.of(parts));
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < all.size(); i++) {
                fresh.add(new WindowRecord(all.get(i)), 20 + i);
              }
            })
        .isInstanceOf(BrokenWindowException.class)
        .hasMessageContaining("training.windows.v1-0@" + (20 + all.size() - 1))
        .hasMessageContaining(message);
  }

  private static WindowOpen open() {
    return Windows.open(7);
  }

  private String digest() {
    return WindowDigest.of(examples);
  }

  private static WindowClose close(long id, int count, String digest) {
    return Windows.close(id, count, digest, CloseReason.COUNT);
  }
}
