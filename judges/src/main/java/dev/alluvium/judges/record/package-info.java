/** Between the stream's records and what judges read and say. */
@NullMarked
package dev.alluvium.judges.record;

import org.jspecify.annotations.NullMarked;
