/** Commands for operators: dead letters, versions, and what became of a pair. */
@NullMarked
package dev.alluvium.cli.operate;

import org.jspecify.annotations.NullMarked;
