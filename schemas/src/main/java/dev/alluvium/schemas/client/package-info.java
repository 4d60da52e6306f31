/** Settings every Kafka client is made from. */
@NullMarked
package dev.alluvium.schemas.client;

import org.jspecify.annotations.NullMarked;
