/**
 * Reads texts: tokens, normal forms, and the place where an answer is announced. Knows no judge.
 */
@NullMarked
package dev.alluvium.judges.text;

import org.jspecify.annotations.NullMarked;
