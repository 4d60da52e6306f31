/**
 * What keeps the pools clean: candidates that say almost what an earlier one said, and candidates
 * that give a probe away. Pure; knows neither ledger nor store.
 */
@NullMarked
package dev.alluvium.streams.mix.hygiene;

import org.jspecify.annotations.NullMarked;
