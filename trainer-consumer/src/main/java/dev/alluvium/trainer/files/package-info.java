/** Directories that are whole on disk or not there. */
@NullMarked
package dev.alluvium.trainer.files;

import org.jspecify.annotations.NullMarked;
