/** Probes before and after, and the decision whether a version may answer. */
@NullMarked
package dev.alluvium.trainer.gate;

import org.jspecify.annotations.NullMarked;
