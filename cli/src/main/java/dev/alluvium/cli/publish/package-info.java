/** {@code alluvium publish}: the command that keeps servers at the version that answers. */
@NullMarked
package dev.alluvium.cli.publish;

import org.jspecify.annotations.NullMarked;
