/** Judges yes, no and maybe. */
@NullMarked
package dev.alluvium.judges.polar;

import org.jspecify.annotations.NullMarked;
