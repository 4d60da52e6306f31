/**
 * Measures training and generation beside what the machine could do at best, in the same run:
 * ratios, because machines differ and are noisy.
 */
@NullMarked
package dev.alluvium.trainer.bench;

import org.jspecify.annotations.NullMarked;
