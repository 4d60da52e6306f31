package dev.alluvium.trainer.model.torch;

import java.util.Arrays;
import java.util.Locale;

/** The number format of activations and frozen weights; what is trained is float32 either way. */
public enum Precision {
  FLOAT32(6),
  BFLOAT16(15);

  private final int scalarType;

  Precision(int scalarType) {
    this.scalarType = scalarType;
  }

  /** Its number in libtorch's enumeration of scalar types. */
  int scalarType() {
    return scalarType;
  }

  /** Parses {@code float32} or {@code bfloat16}. */
  public static Precision parse(String text) {
    return Arrays.stream(values())
        .filter(p -> p.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "dtype is %s: expected float32 or bfloat16".formatted(text)));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
