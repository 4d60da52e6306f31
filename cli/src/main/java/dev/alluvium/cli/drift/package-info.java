/** {@code alluvium drift}: how far the flow has drifted, window by window. */
@NullMarked
package dev.alluvium.cli.drift;

import org.jspecify.annotations.NullMarked;
