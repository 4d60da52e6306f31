/**
 * Runs programs of strangers where they can do no harm, or not at all; knows nothing of judging.
 */
@NullMarked
package dev.alluvium.judges.sandbox;

import org.jspecify.annotations.NullMarked;
