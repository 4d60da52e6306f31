package dev.alluvium.trainer.model;

import ai.djl.ndarray.NDArray;

/**
 * One trained float32 array.
 *
 * @param name unique and stable: it finds the parameter's numbers in a saved state
 * @param value a leaf that collects a gradient; owned by the model or adapter it belongs to
 */
public record Parameter(String name, NDArray value) {}
