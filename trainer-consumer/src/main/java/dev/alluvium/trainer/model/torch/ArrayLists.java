package dev.alluvium.trainer.model.torch;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * The arrays of all layers, list by list, for methods that go through all layers in one call:
 * handed over to libtorch once for many calls, since handing over took a third of a small step.
 */
public final class ArrayLists implements AutoCloseable {
  private final IValue value;

  /**
   * Hands the lists over; until they are closed, by {@link #close} or with the owner, they keep the
   * memory of the arrays.
   */
  public ArrayLists(NDManager owner, List<NDList> lists) {
    IValue[] each = lists.stream().map(ArrayLists::list).toArray(IValue[]::new);
    try {
      value = IValue.listFrom(each);
    } finally {
      for (IValue list : each) {
        list.close();
      }
    }
    owner.attachInternal(value.getUid(), value);
  }

  private static IValue list(NDList arrays) {
    return IValue.listFrom(arrays.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
  }

  /** A {@code List[List[Tensor]]}. */
  IValue value() {
    return value;
  }

  @Override
  public void close() {
    value.close();
  }
}
