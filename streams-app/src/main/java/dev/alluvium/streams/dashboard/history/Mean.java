package dev.alluvium.streams.dashboard.history;

/** A weighted mean that keeps the largest value: a spike must survive downsampling. */
final class Mean {
  private double sum;
  private double weight;
  private double most = Double.NEGATIVE_INFINITY;

  /** Adds a value; one that is not finite, or weighs nothing, is passed over. */
  void add(double value, double weightOfValue) {
    if (Double.isFinite(value) && weightOfValue > 0) {
      sum += value * weightOfValue;
      weight += weightOfValue;
      most = Math.max(most, value);
    }
  }

  void add(Mean other) {
    sum += other.sum;
    weight += other.weight;
    most = Math.max(most, other.most);
  }

  /** Whether there is a value. */
  boolean isKnown() {
    return weight > 0;
  }

  /** The mean; NaN without a value. */
  double value() {
    return weight > 0 ? sum / weight : Double.NaN;
  }

  /** The largest value; NaN without one. */
  double most() {
    return weight > 0 ? most : Double.NaN;
  }
}
