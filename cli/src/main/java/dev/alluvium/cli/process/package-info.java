/**
 * Processes and what they leave behind: how long one lives, who ends it, which files go with it.
 */
@NullMarked
package dev.alluvium.cli.process;

import org.jspecify.annotations.NullMarked;
