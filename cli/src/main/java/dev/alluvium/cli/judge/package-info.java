/** {@code alluvium judge}: verdicts on texts in a file. */
@NullMarked
package dev.alluvium.cli.judge;

import org.jspecify.annotations.NullMarked;
