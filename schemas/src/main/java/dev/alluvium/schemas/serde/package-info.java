/** Avro single-object bytes and the schemas they were written with. */
@NullMarked
package dev.alluvium.schemas.serde;

import org.jspecify.annotations.NullMarked;
