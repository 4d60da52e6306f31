/** What watches training between two rulings of the gate, and what it tells besides. */
@NullMarked
package dev.alluvium.trainer.guard;

import org.jspecify.annotations.NullMarked;
