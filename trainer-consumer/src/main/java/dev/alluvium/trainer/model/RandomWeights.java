package dev.alluvium.trainer.model;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * First weights of a new decoder: norms 1, matrices normal with deviation 0.02.
 *
 * <p>Projections that write into the residual stream get a deviation smaller by sqrt(2 * layers),
 * so that its variance does not grow with depth (GPT-2, Radford et al. 2019, section 2.3). Each
 * weight has a generator of its own: the numbers do not depend on the order of loading.
 */
final class RandomWeights implements DecoderWeights.Source {
  private static final double DEVIATION = 0.02;

  private final Map<String, List<Long>> shapes;
  private final double residualDeviation;
  private final long seed;

  RandomWeights(DecoderSpec spec, long seed) {
    this.shapes = DecoderLayout.shapes(spec);
    this.residualDeviation = DEVIATION / Math.sqrt(2.0 * spec.layers());
    this.seed = seed;
  }

  @Override
  public float[] rows(String name, long from, long to) {
    List<Long> shape = Objects.requireNonNull(shapes.get(name), name);
    int rowSize = shape.size() == 1 ? 1 : Math.toIntExact(shape.get(1));
    float[] values = new float[Math.toIntExact((to - from) * rowSize)];
    if (shape.size() == 1) {
      Arrays.fill(values, 1f);
      return values;
    }
    boolean residual =
        name.contains(Projection.O.module()) || name.contains(Projection.DOWN.module());
    double deviation = residual ? residualDeviation : DEVIATION;
    for (int row = 0; row < to - from; row++) {
      fill(name, from + row, deviation, values, row * rowSize, rowSize);
    }
    return values;
  }

  private void fill(
      String name, long row, double deviation, float[] values, int offset, int count) {
    UniformRandomProvider random =
        RandomSource.XO_RO_SHI_RO_128_PP.create(
            // one number, which is spread over the whole state: similar states begin alike
            seed * 0x9E3779B97F4A7C15L + name.hashCode() * 0xBF58476D1CE4E5B9L + row);
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
    for (int i = 0; i < count; i++) {
      values[offset + i] = (float) (deviation * normal.sample());
    }
  }
}
