/**
 * The whole flow in one command: starts broker, stream processors and trainer as children, streams
 * real pairs through them, watches their reports, and sums up.
 */
@NullMarked
package dev.alluvium.cli.demo;

import org.jspecify.annotations.NullMarked;
