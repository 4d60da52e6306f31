/** Metrics and health of a process over HTTP: what the services show of themselves. */
@NullMarked
package dev.alluvium.cli.endpoint;

import org.jspecify.annotations.NullMarked;
