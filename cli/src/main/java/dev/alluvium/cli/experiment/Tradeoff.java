package dev.alluvium.cli.experiment;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What an arm learns and what it loses for it, over its learning rates.
 *
 * @param points in the order of the rates
 */
record Tradeoff(List<Point> points) {
  /**
   * One rate.
   *
   * @param learnt accuracy at new skills
   * @param lost accuracy at base skills that is gone
   */
  record Point(double learnt, double lost) {}

  /**
   * Where so much has been learnt, on the straight line between the first two rates around it;
   * where every rate learns more, the one that learns least.
   *
   * @return nothing where no rate learns so much
   */
  Optional<Point> at(double learnt) {
    for (int i = 1; i < points.size(); i++) {
      Point from = points.get(i - 1);
      Point to = points.get(i);
      double part = (learnt - from.learnt()) / (to.learnt() - from.learnt());
      if (part >= 0 && part <= 1) {
        return Optional.of(new Point(learnt, from.lost() + part * (to.lost() - from.lost())));
      }
    }
    return points.stream()
        .filter(point -> point.learnt() >= learnt)
        .min(Comparator.comparingDouble(Point::learnt));
  }
}
