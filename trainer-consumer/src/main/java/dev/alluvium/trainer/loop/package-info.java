/** The trainer's day: read a window, train it, commit it, at the cycle's end ask the gate. */
@NullMarked
package dev.alluvium.trainer.loop;

import org.jspecify.annotations.NullMarked;
