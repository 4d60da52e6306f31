/**
 * Jinja as chat templates use it: source and variables in, text out, within limits, because a
 * template comes with a model. Hugging Face's own interpreter does the work, on Rhino.
 */
@NullMarked
package dev.alluvium.trainer.text.jinja;

import org.jspecify.annotations.NullMarked;
