/**
 * Which examples of a batch SFTMix mixes with each other, and by what parts: a function of
 * settings, losses and a seed. Plain numbers only.
 */
@NullMarked
package dev.alluvium.trainer.mixup;

import org.jspecify.annotations.NullMarked;
