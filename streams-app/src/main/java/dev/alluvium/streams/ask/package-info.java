/**
 * Chooses targets by asking the model: S3FT as a state machine over requests and results, one step
 * per record, without ever waiting.
 */
@NullMarked
package dev.alluvium.streams.ask;

import org.jspecify.annotations.NullMarked;
