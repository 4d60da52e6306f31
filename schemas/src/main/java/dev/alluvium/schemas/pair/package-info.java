/** The three encodings of a pair, and what is wrong with one that cannot be used. */
@NullMarked
package dev.alluvium.schemas.pair;

import org.jspecify.annotations.NullMarked;
