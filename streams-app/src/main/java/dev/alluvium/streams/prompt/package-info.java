/** What models are shown: prompts made from files that users can replace. */
@NullMarked
package dev.alluvium.streams.prompt;

import org.jspecify.annotations.NullMarked;
