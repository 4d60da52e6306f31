/**
 * Lets a model write: several prompts at once, with a cache of keys and values. Knows token ids,
 * not text.
 */
@NullMarked
package dev.alluvium.trainer.model.generate;

import org.jspecify.annotations.NullMarked;
