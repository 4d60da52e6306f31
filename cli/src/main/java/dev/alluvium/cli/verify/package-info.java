/**
 * The audit of a namespace: records and files in, differences out. The checks are pure; {@link
 * dev.alluvium.cli.verify.Audit} reads for them.
 */
@NullMarked
package dev.alluvium.cli.verify;

import org.jspecify.annotations.NullMarked;
