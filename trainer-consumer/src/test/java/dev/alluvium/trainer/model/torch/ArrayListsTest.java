package dev.alluvium.trainer.model.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import dev.alluvium.trainer.ParityFixture;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lists that are lost keep arrays in memory that nothing counts; see LeakTest too. */
final class ArrayListsTest {
  @Test
  void isFreedWithItsOwnerOrBefore() {
    try (TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE)) {
      NDManager owner = runtime.newScope();
      List<NDList> layers =
          List.of(
              new NDList(owner.create(1f), owner.create(2f)),
              new NDList(owner.create(3f), owner.create(4f)));
      IValue kept = new ArrayLists(owner, layers).value();
      ArrayLists closed = new ArrayLists(owner, layers);
      IValue[] each = closed.value().toIValueArray();
      assertThat(each).extracting(IValue::isTensorList).containsExactly(true, true);
      for (IValue list : each) {
        list.close();
      }
      closed.close();
      assertThat(closed.value().isReleased()).isTrue();
      assertThat(kept.isReleased()).isFalse();
      owner.close();
      assertThat(kept.isReleased()).isTrue();
    }
  }
}
