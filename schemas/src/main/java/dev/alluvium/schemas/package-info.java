/** The contract between the processes: topics, records and their bytes. Knows no other module. */
@NullMarked
package dev.alluvium.schemas;

import org.jspecify.annotations.NullMarked;
