/** Versions on disk: PEFT adapters or whole models, each with a manifest. */
@NullMarked
package dev.alluvium.trainer.release;

import org.jspecify.annotations.NullMarked;
