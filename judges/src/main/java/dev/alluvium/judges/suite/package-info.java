/** The judge of the skill suite: values after a mark, and programs that are run. */
@NullMarked
package dev.alluvium.judges.suite;

import org.jspecify.annotations.NullMarked;
