/**
 * The skills of the suite: random sources in, items with three wordings out, and the judge of their
 * answers. Pure functions, without files, models or Kafka.
 */
@NullMarked
package dev.alluvium.cli.suite.skill;

import org.jspecify.annotations.NullMarked;
