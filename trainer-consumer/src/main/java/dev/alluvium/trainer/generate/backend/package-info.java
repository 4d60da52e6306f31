/**
 * What answers requests, whatever it is: requests in, results or the wish to be asked again out.
 */
@NullMarked
package dev.alluvium.trainer.generate.backend;

import org.jspecify.annotations.NullMarked;
