/** What every command shares: options, exit codes, output for people and for programs. */
@NullMarked
package dev.alluvium.cli.command;

import org.jspecify.annotations.NullMarked;
