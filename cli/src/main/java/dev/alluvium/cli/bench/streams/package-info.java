/**
 * {@code alluvium bench streams}: pairs or candidates in, the rate of a real stage and of a plain
 * transactional copy of as many bytes out.
 */
@NullMarked
package dev.alluvium.cli.bench.streams;

import org.jspecify.annotations.NullMarked;
