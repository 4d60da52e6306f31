/** What mixer and trainer agree on about a window. */
@NullMarked
package dev.alluvium.schemas.window;

import org.jspecify.annotations.NullMarked;
