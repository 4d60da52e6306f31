package dev.alluvium.trainer.model;

import java.util.Locale;

/**
 * How the rotary angles grow with the position (arXiv 2104.09864).
 *
 * @param theta base of the frequencies
 * @param stretch how long wavelengths are stretched for longer sequences; {@link Stretch#NONE}
 *     leaves them as they are
 */
public record Rope(double theta, Stretch stretch) {
  public Rope {
    if (!(theta > 1) || Double.isInfinite(theta)) {
      throw new IllegalArgumentException("rope_theta is %s: expected more than 1".formatted(theta));
    }
  }

  /** Frequencies as in the paper. */
  public static Rope plain(double theta) {
    return new Rope(theta, Stretch.NONE);
  }

  /**
   * The rule {@code llama3} (Llama 3.1, arXiv 2407.21783 section 3.4, numbers as in the Hugging
   * Face configuration): wavelengths shorter than {@code positions / high} stay, longer ones than
   * {@code positions / low} are multiplied by the factor, and those between change smoothly.
   *
   * @param factor how much the longest wavelengths are stretched, at least 1
   * @param low bound of the stretched wavelengths, as a share of the positions
   * @param high bound of the kept wavelengths, more than {@code low}
   * @param positions longest sequence before stretching
   */
  public record Stretch(double factor, double low, double high, int positions) {
    /** Nothing is stretched. */
    public static final Stretch NONE = new Stretch(1, 1, 2, 1);

    public Stretch {
      boolean sane = factor >= 1 && low > 0 && high > low && positions >= 1;
      if (!sane || Double.isInfinite(factor) || Double.isInfinite(high)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "rope scaling has factor %s, low_freq_factor %s, high_freq_factor %s and"
                    + " original_max_position_embeddings %d: expected a factor of 1 or more,"
                    + " 0 < low < high, 1 or more positions",
                factor,
                low,
                high,
                positions));
      }
    }
  }

  /**
   * Radians per position of each pair of numbers, in float32 as in the Hugging Face implementation:
   * far positions would otherwise disagree with it.
   *
   * @param headSize D
   * @return D / 2 frequencies
   */
  float[] frequencies(int headSize) {
    float[] frequencies = new float[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float exponent = 2f * i / headSize;
      frequencies[i] = stretched(1f / (float) Math.pow(theta, exponent));
    }
    return frequencies;
  }

  private float stretched(float frequency) {
    if (stretch.factor == 1) {
      return frequency;
    }
    float wavelength = 2 * (float) Math.PI / frequency;
    float factor = (float) stretch.factor;
    if (wavelength < stretch.positions / stretch.high) {
      return frequency;
    }
    if (wavelength > stretch.positions / stretch.low) {
      return frequency / factor;
    }
    float kept =
        (stretch.positions / wavelength - (float) stretch.low)
            / (float) (stretch.high - stretch.low);
    return (1 - kept) * frequency / factor + kept * frequency;
  }
}
