/** The lease and the one transaction that makes training count. */
@NullMarked
package dev.alluvium.trainer.commit;

import org.jspecify.annotations.NullMarked;
