/**
 * Decides whether a text answers a question as gold does: what judges read, what they say, and
 * which judge is asked.
 */
@NullMarked
package dev.alluvium.judges;

import org.jspecify.annotations.NullMarked;
