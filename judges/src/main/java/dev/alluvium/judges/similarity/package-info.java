/** Judges long answers by how much of gold they say again. */
@NullMarked
package dev.alluvium.judges.similarity;

import org.jspecify.annotations.NullMarked;
