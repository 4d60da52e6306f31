/**
 * Hands versions to servers of vLLM: the version that answers goes in, servers that serve it and a
 * file that names it come out.
 */
@NullMarked
package dev.alluvium.trainer.publish;

import org.jspecify.annotations.NullMarked;
