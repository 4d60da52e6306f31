/** A server answers, over OpenAI's interface: with patience, within its limits and a budget. */
@NullMarked
package dev.alluvium.trainer.generate.openai;

import org.jspecify.annotations.NullMarked;
