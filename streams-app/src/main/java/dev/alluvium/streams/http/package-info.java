/**
 * What every process serves over HTTP: health and metrics, and who may ask for them. The dashboard
 * adds its page to it.
 */
@NullMarked
package dev.alluvium.streams.http;

import org.jspecify.annotations.NullMarked;
