/** Judges code by unit tests in the sandbox. */
@NullMarked
package dev.alluvium.judges.code;

import org.jspecify.annotations.NullMarked;
