/** Commands for operators: dead letters and versions. */
@NullMarked
package dev.alluvium.cli.operate;

import org.jspecify.annotations.NullMarked;
