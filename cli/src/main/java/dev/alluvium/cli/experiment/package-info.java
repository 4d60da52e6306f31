/**
 * What each method buys, measured on the skill suite: the same pairs through the real target
 * choice, mixer and trainer, in one process and without a broker.
 */
@NullMarked
package dev.alluvium.cli.experiment;

import org.jspecify.annotations.NullMarked;
