/** Looks a set-up over before it is run, and says what to do about what it finds. */
@NullMarked
package dev.alluvium.cli.doctor;

import org.jspecify.annotations.NullMarked;
