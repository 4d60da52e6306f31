/**
 * Pairs in, ledger entries and dead letters out: decode, validate, re-key, deduplicate, classify,
 * hold out.
 */
@NullMarked
package dev.alluvium.streams.curate;

import org.jspecify.annotations.NullMarked;
