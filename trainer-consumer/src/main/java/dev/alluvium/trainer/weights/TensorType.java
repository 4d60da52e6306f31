package dev.alluvium.trainer.weights;

import java.util.Arrays;
import java.util.Locale;

/** The element types a safetensors file may hold, with their size in bytes. */
public enum TensorType {
  BOOL(1),
  U8(1),
  I8(1),
  F8_E5M2(1),
  F8_E4M3(1),
  I16(2),
  U16(2),
  F16(2),
  BF16(2),
  I32(4),
  U32(4),
  F32(4),
  F64(8),
  I64(8),
  U64(8);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of one element, in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether {@link Safetensors#rows} can turn it into floats without loss. */
  public boolean readableAsFloat() {
    return this == F32 || this == F16 || this == BF16;
  }

  static TensorType of(String name, String where) {
    for (TensorType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw new WeightsException(
        String.format(
            Locale.ROOT,
            "%s has element type %s: expected one of %s",
            where,
            name,
            Arrays.toString(values())));
  }
}
