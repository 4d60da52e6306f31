/** Judges numbers by value: fractions, percents, units, powers, LaTeX. */
@NullMarked
package dev.alluvium.judges.number;

import org.jspecify.annotations.NullMarked;
