package dev.alluvium.streams.metrics;

/** A metric of a catalogue. */
public interface Described {
  /** What it is. */
  Description description();
}
