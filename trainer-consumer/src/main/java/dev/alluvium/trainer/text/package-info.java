/**
 * Text and tokens: the model's tokenizer, the turn template, and pairs as token ids with the
 * positions that are trained; also the trainer of byte-level vocabularies.
 */
@NullMarked
package dev.alluvium.trainer.text;

import org.jspecify.annotations.NullMarked;
