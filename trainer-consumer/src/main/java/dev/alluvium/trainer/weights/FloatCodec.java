package dev.alluvium.trainer.weights;

import java.nio.ByteBuffer;
import java.util.Locale;

/** Turns the bytes of F32, BF16 and F16 elements into floats, and back. */
final class FloatCodec {
  private FloatCodec() {}

  /** Decodes {@code count} elements from a little-endian buffer; exact for every input. */
  static void decode(ByteBuffer from, TensorType type, float[] to, int offset, int count) {
    switch (type) {
      case F32 -> {
        from.asFloatBuffer().get(to, offset, count);
        from.position(from.position() + count * Float.BYTES);
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          to[offset + i] = Float.intBitsToFloat(from.getShort() << 16);
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          to[offset + i] = halfToFloat(from.getShort());
        }
      }
      default ->
          throw new IllegalArgumentException(
              String.format(Locale.ROOT, "%s does not fit into a float", type));
    }
  }

  /** Encodes into a little-endian buffer; halves round to nearest, ties to even. */
  static void encode(float[] from, int offset, int count, TensorType type, ByteBuffer to) {
    if (type == TensorType.F32) {
      to.asFloatBuffer().put(from, offset, count);
      to.position(to.position() + count * Float.BYTES);
      return;
    }
    for (int i = 0; i < count; i++) {
      float value = from[offset + i];
      to.putShort(type == TensorType.F16 ? toHalf(value) : toBfloat16(value));
    }
  }

  /** The upper half of the float, rounded to nearest even; NaN stays NaN (quiet). */
  static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x0040);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /** IEEE 754 binary32 to binary16, rounded to nearest even; NaN stays NaN (quiet). */
  static short toHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    if (Float.isNaN(value)) {
      return (short) (sign | 0x7e00);
    }
    float magnitude = Math.abs(value);
    if (magnitude >= 65520f) { // rounds beyond the largest half, 65504
      return (short) (sign | 0x7c00);
    }
    if (magnitude < 0x1p-14f) { // subnormal: a multiple of 2^-24, which rint rounds to even
      return (short) (sign | (int) Math.rint(magnitude * 0x1p24f));
    }
    int lower = bits & 0x7fffffff;
    int rounded = lower + 0xfff + ((lower >>> 13) & 1);
    return (short) (sign | ((rounded >>> 13) - (112 << 10)));
  }

  /** IEEE 754 binary16 to binary32; every half is a float. */
  static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int mantissa = half & 0x3ff;
    if (exponent == 0x1f) { // infinity, NaN
      return Float.intBitsToFloat(sign | 0x7f800000 | (mantissa << 13));
    }
    if (exponent == 0) { // zero, subnormal: mantissa * 2^-24
      return Math.copySign(mantissa * 0x1p-24f, Float.intBitsToFloat(sign | 0x3f800000));
    }
    return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (mantissa << 13));
  }
}
