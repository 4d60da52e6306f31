/**
 * Which window broke a skill: in go a version that was good, one that is bad and the windows
 * between them; out comes the skill's perplexity after each of them, trained again. Nothing is
 * written but scratch files.
 */
@NullMarked
package dev.alluvium.trainer.bisect;

import org.jspecify.annotations.NullMarked;
