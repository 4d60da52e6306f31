/**
 * Versions on disk: PEFT adapters or whole models, each with a manifest; and the file that says
 * which of them servers answer with.
 */
@NullMarked
package dev.alluvium.trainer.release;

import org.jspecify.annotations.NullMarked;
