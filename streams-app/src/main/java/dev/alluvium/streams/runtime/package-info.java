/** Running topologies: client settings, bounded RocksDB memory, thread replacement. */
@NullMarked
package dev.alluvium.streams.runtime;

import org.jspecify.annotations.NullMarked;
