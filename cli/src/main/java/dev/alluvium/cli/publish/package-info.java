/**
 * {@code alluvium publish}: the version that answers goes in, servers of vLLM that serve it and a
 * file that names it come out.
 */
@NullMarked
package dev.alluvium.cli.publish;

import org.jspecify.annotations.NullMarked;
