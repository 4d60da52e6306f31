/** Versions on disk: PEFT adapters with a manifest. */
@NullMarked
package dev.alluvium.trainer.release;

import org.jspecify.annotations.NullMarked;
