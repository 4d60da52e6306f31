/** Personal data in texts, found by rules with checksums and replaced by their kind. Pure. */
@NullMarked
package dev.alluvium.streams.redact;

import org.jspecify.annotations.NullMarked;
