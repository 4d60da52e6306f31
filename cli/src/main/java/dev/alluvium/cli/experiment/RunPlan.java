package dev.alluvium.cli.experiment;

/**
 * What a run is made of; equal plans give equal results.
 *
 * @param arm how it trains, and on what
 * @param seed draws the pairs and the problems
 * @param validation whether the problems are those that rates are chosen by, and not the probes
 * @param rate learning rate
 * @param pairs of each streamed skill, where a phase has one measure of it
 * @param problems held-out problems of each skill
 * @param everySkill whether all skills are measured after each phase, or only the phase's
 */
record RunPlan(
    Arm arm,
    long seed,
    boolean validation,
    double rate,
    int pairs,
    int problems,
    boolean everySkill) {}
