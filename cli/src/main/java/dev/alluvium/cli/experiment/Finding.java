package dev.alluvium.cli.experiment;

import java.util.Map;

/**
 * What the runs say of one claim.
 *
 * @param about what is judged: an arm, or a pair of them, and a row of theirs
 * @param holds whether the claim holds
 * @param words the claim with its numbers, for people
 * @param numbers the same for programs, by name
 */
record Finding(String about, boolean holds, String words, Map<String, Double> numbers) {}
