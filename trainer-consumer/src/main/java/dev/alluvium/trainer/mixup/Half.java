package dev.alluvium.trainer.mixup;

/** Where an example stands among those that it is ranked with, before its batch is calculated. */
enum Half {
  /** Known better than the other half. */
  CONFIDENT,
  /** Known less well. */
  UNCONFIDENT,
  /** In the middle of an odd number: it is not mixed. */
  MIDDLE,
  /** Nothing is remembered: its loss in the batch will tell. */
  UNKNOWN
}
