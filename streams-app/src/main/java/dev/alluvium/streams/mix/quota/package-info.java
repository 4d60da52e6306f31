/**
 * How many candidates of each skill make the next window: whole-number arithmetic over what waits.
 * Pure; knows neither ledger nor store.
 */
@NullMarked
package dev.alluvium.streams.mix.quota;

import org.jspecify.annotations.NullMarked;
