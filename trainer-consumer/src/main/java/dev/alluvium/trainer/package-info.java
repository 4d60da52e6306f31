/** The trainer: windows in, adapter versions out. */
@NullMarked
package dev.alluvium.trainer;

import org.jspecify.annotations.NullMarked;
