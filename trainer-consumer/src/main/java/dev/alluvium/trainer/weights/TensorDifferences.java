package dev.alluvium.trainer.weights;

import java.util.List;

/**
 * How the tensors of a file differ from those that a model wants; each line names tensor and
 * shapes.
 *
 * @param missing wanted, but not in the file
 * @param extra in the file, but not wanted
 * @param reshaped in both, with different shapes
 */
public record TensorDifferences(List<String> missing, List<String> extra, List<String> reshaped) {
  private static final int LISTED = 5;

  public TensorDifferences {
    missing = List.copyOf(missing);
    extra = List.copyOf(extra);
    reshaped = List.copyOf(reshaped);
  }

  /** Whether the file holds exactly what is wanted. */
  public boolean none() {
    return missing.isEmpty() && extra.isEmpty() && reshaped.isEmpty();
  }

  /** One sentence for an error message; long lists are cut after a few names and counted. */
  public String describe() {
    return none()
        ? "all tensors match"
        : "missing: "
            + shortened(missing)
            + "; not wanted: "
            + shortened(extra)
            + "; of another shape: "
            + shortened(reshaped);
  }

  private static String shortened(List<String> lines) {
    if (lines.isEmpty()) {
      return "none";
    }
    String listed = String.join(", ", lines.subList(0, Math.min(LISTED, lines.size())));
    return lines.size() <= LISTED ? listed : listed + " and " + (lines.size() - LISTED) + " more";
  }
}
