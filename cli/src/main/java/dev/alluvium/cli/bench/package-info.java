/** {@code alluvium bench}: throughput beside the physical limit, in the same run. */
@NullMarked
package dev.alluvium.cli.bench;

import org.jspecify.annotations.NullMarked;
