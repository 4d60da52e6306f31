package dev.alluvium.trainer.model;

import ai.djl.ndarray.NDArray;

/**
 * One trained float32 array.
 *
 * @param name unique and stable: it finds the parameter's numbers in a saved state
 * @param value owned by the model or adapter it belongs to
 * @param gradient of the same shape and owner: backward passes add to it
 */
public record Parameter(String name, NDArray value, NDArray gradient) {}
