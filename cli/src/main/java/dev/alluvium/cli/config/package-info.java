/**
 * Settings: one documented file of defaults, the user's file, the environment and the command line,
 * in this order of strength, bound to records that refuse to be wrong.
 */
@NullMarked
package dev.alluvium.cli.config;

import org.jspecify.annotations.NullMarked;
