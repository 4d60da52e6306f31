/** Judges short spans of text as reading comprehension is scored. */
@NullMarked
package dev.alluvium.judges.span;

import org.jspecify.annotations.NullMarked;
