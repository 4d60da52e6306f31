/** Who needs which rights on a cluster with access control: the table, once. */
@NullMarked
package dev.alluvium.schemas.access;

import org.jspecify.annotations.NullMarked;
