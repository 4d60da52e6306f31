package dev.alluvium.trainer.pretrain;

/** Hears how a pretraining run goes: every few steps, and after every measurement. */
@FunctionalInterface
public interface ProgressListener {
  void onProgress(PretrainProgress progress);
}
