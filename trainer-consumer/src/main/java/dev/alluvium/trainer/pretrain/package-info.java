/**
 * Trains a small base model from nothing: text files in, a Hugging Face model directory out. It is
 * how the models that ship with the project are made.
 */
@NullMarked
package dev.alluvium.trainer.pretrain;

import org.jspecify.annotations.NullMarked;
