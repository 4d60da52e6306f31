/**
 * Measures training and generation beside the matrix products that they cannot do without, in the
 * same run: ratios, because machines differ and are noisy.
 */
@NullMarked
package dev.alluvium.trainer.bench;

import org.jspecify.annotations.NullMarked;
