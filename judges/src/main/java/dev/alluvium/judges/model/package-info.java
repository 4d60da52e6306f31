/** The judge that asks a model. */
@NullMarked
package dev.alluvium.judges.model;

import org.jspecify.annotations.NullMarked;
