package dev.alluvium.trainer.model.lora;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * First numbers of an adapter, distributed as in PEFT: A Kaiming-uniform with a = sqrt(5), which is
 * uniform within 1 / sqrt(inputs); B zero.
 */
final class FreshPairs {
  private FreshPairs() {}

  static Map<String, float[]> values(Map<String, List<Long>> shapes, long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    Map<String, float[]> values = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> {
          float[] numbers = new float[Math.toIntExact(shape.get(0) * shape.get(1))];
          if (name.endsWith("lora_A.weight")) {
            double bound = 1 / Math.sqrt(shape.get(1));
            for (int i = 0; i < numbers.length; i++) {
              numbers[i] = (float) (bound * (2 * random.nextDouble() - 1));
            }
          }
          values.put(name, numbers);
        });
    return values;
  }
}
