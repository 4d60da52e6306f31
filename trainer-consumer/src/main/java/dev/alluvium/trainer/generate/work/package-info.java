/**
 * Where work comes from: requests out of Kafka, kept while they are worked on, settled afterwards.
 */
@NullMarked
package dev.alluvium.trainer.generate.work;

import org.jspecify.annotations.NullMarked;
