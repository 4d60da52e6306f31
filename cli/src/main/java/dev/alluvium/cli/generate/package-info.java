/** The command that runs a generation worker. */
@NullMarked
package dev.alluvium.cli.generate;

import org.jspecify.annotations.NullMarked;
