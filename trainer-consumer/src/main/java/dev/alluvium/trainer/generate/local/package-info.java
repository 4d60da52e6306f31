/** Our own model answers: the newest promoted version, resident in this process. */
@NullMarked
package dev.alluvium.trainer.generate.local;

import org.jspecify.annotations.NullMarked;
