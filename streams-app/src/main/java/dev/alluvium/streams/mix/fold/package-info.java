/**
 * The mixer: a pure fold of the ledger into balanced windows. Ledger entries flow in, window
 * records and reports flow out; nothing here knows Kafka or the time.
 */
@NullMarked
package dev.alluvium.streams.mix.fold;

import org.jspecify.annotations.NullMarked;
