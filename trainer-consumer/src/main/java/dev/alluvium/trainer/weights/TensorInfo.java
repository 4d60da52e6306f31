package dev.alluvium.trainer.weights;

import java.util.List;

/**
 * Where a tensor lies in its file and what it is; it is read as a matrix of {@link #rows} rows.
 *
 * @param name full name, as in the file
 * @param type element type on disk
 * @param shape sizes, outermost first; empty for a scalar
 * @param begin first byte, counted from the start of the file
 * @param end first byte after it, counted from the start of the file
 */
public record TensorInfo(String name, TensorType type, List<Long> shape, long begin, long end) {
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long size() {
    return (end - begin) / type.bytes();
  }

  /** Rows when read as a matrix: the outermost size, 1 for a scalar. */
  public long rows() {
    return shape.isEmpty() ? 1 : shape.get(0);
  }

  /** Elements in one row: the product of all sizes but the outermost. */
  public long rowSize() {
    long product = 1;
    for (int axis = 1; axis < shape.size(); axis++) {
      product *= shape.get(axis);
    }
    return product;
  }
}
