/**
 * Low-rank adapters: made fresh, trained beside a frozen decoder, read and written in the layout of
 * PEFT.
 */
@NullMarked
package dev.alluvium.trainer.model.lora;

import org.jspecify.annotations.NullMarked;
