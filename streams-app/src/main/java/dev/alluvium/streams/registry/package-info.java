/** Schemas of Confluent-framed pairs, from a registry or a directory. */
@NullMarked
package dev.alluvium.streams.registry;

import org.jspecify.annotations.NullMarked;
