/** The mixture rules: what makes a policy valid, and its digest. Pure. */
@NullMarked
package dev.alluvium.streams.policy;

import org.jspecify.annotations.NullMarked;
