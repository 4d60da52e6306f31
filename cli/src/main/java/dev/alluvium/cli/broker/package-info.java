/**
 * An embedded single-node Kafka broker (KRaft, no ZooKeeper) for demos, tests and first steps; any
 * Kafka client on this machine can use it.
 */
@NullMarked
package dev.alluvium.cli.broker;

import org.jspecify.annotations.NullMarked;
