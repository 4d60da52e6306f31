package dev.alluvium.cli.experiment;

/**
 * What a run is made of; equal plans give equal results.
 *
 * @param arm how it trains
 * @param seed draws the pairs and the problems
 * @param validation whether the problems are those that rates are chosen by, and not the probes
 * @param rate learning rate
 * @param pairs of each streamed skill
 * @param problems held-out problems of each skill
 */
record RunPlan(Arm arm, long seed, boolean validation, double rate, int pairs, int problems) {}
