/** Unit tests on a text, in the sandbox. */
@NullMarked
package dev.alluvium.trainer.generate.execute;

import org.jspecify.annotations.NullMarked;
