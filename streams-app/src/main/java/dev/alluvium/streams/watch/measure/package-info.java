/** Pure statistics of drift: distances between mixes, tests, and cumulative sums. */
@NullMarked
package dev.alluvium.streams.watch.measure;

import org.jspecify.annotations.NullMarked;
