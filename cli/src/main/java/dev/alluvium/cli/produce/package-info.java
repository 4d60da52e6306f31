/**
 * Files in, pairs out: reads JSON of four shapes piece by piece, reports what is malformed with its
 * place, and sends the rest to {@code pairs.v1}.
 */
@NullMarked
package dev.alluvium.cli.produce;

import org.jspecify.annotations.NullMarked;
