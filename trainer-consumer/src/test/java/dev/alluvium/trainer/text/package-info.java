/** Tests of tokens and templates. */
@NullMarked
package dev.alluvium.trainer.text;

import org.jspecify.annotations.NullMarked;
