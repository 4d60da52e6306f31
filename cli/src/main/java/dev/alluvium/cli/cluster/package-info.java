/** Looking at and preparing a cluster: its topics, what they hold, what is wrong with them. */
@NullMarked
package dev.alluvium.cli.cluster;

import org.jspecify.annotations.NullMarked;
