/** Tests of {@link dev.alluvium.trainer.text.jinja}. */
@NullMarked
package dev.alluvium.trainer.text.jinja;

import org.jspecify.annotations.NullMarked;
