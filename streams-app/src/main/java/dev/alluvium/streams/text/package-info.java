/** What curate knows about a pair's texts: valid characters, hashes, skill, group, size. Pure. */
@NullMarked
package dev.alluvium.streams.text;

import org.jspecify.annotations.NullMarked;
