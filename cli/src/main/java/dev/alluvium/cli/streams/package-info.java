/** The command that runs the stream processors. */
@NullMarked
package dev.alluvium.cli.streams;

import org.jspecify.annotations.NullMarked;
