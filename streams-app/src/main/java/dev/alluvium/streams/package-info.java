/** The stream processors: curate and mix. */
@NullMarked
package dev.alluvium.streams;

import org.jspecify.annotations.NullMarked;
