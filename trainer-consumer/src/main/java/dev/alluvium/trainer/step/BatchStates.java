package dev.alluvium.trainer.step;

import ai.djl.ndarray.NDArray;
import dev.alluvium.trainer.batch.Batch;

/**
 * A batch between its forward and its backward pass.
 *
 * @param ids (B, T) its tokens
 * @param rows (N) which hidden states predict trained tokens
 * @param h (N, C) those hidden states
 * @param weights of the trained tokens in the step; they sum to 1 over all batches of it
 * @param nll losses of the trained tokens, in nats
 * @param draw which draw this is, of all that training makes
 * @param gradient (N, C), at the hidden states
 */
@SuppressWarnings("ArrayRecordComponent") // a short-lived carrier, never compared
record BatchStates(
    Batch batch,
    NDArray ids,
    NDArray rows,
    NDArray h,
    float[] weights,
    float[] nll,
    long draw,
    NDArray gradient) {}
