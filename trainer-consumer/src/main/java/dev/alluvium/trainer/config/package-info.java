/** The trainer's settings; every value is checked where it is declared. */
@NullMarked
package dev.alluvium.trainer.config;

import org.jspecify.annotations.NullMarked;
