/** How the lines of a process look on stderr. */
@NullMarked
package dev.alluvium.cli.logging;

import org.jspecify.annotations.NullMarked;
