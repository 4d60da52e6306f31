/** Commands about models: train one, and ask or measure one. */
@NullMarked
package dev.alluvium.cli.model;

import org.jspecify.annotations.NullMarked;
