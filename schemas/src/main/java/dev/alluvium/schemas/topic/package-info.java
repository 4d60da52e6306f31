/** The typed catalogue of topics and their provisioning. */
@NullMarked
package dev.alluvium.schemas.topic;

import org.jspecify.annotations.NullMarked;
