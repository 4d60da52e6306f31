/** The commands that show and check settings. */
@NullMarked
package dev.alluvium.cli.settings;

import org.jspecify.annotations.NullMarked;
