/**
 * The generation worker: takes requests, says that it has them, lets a backend answer them in
 * batches, writes the results, and only then gives the requests up.
 */
@NullMarked
package dev.alluvium.trainer.generate;

import org.jspecify.annotations.NullMarked;
