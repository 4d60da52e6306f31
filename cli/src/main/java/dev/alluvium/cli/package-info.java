/** The {@code alluvium} command. */
@NullMarked
package dev.alluvium.cli;

import org.jspecify.annotations.NullMarked;
