/**
 * {@code alluvium suite}: writes the skill suite's files from a seed, and measures a model on them
 * by the answers it gives.
 */
@NullMarked
package dev.alluvium.cli.suite;

import org.jspecify.annotations.NullMarked;
