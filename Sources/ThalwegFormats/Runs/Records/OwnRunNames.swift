import ThalwegRecord

/// What the fields of our own metrics.jsonl mean where the name alone does not say it.
enum OwnRunNames {
  /// nil: the name says it.
  static func meaning(of path: [String]) -> (role: Role?, split: Split?)? {
    switch path.joined(separator: "/") {
    // A mean over the steps of an epoch; the largest one is no norm of any epoch.
    case "mean_norm": (.normBeforeClip, .training)
    case "largest_norm": (nil, .training)
    case "clip_ratio": (.clippedShare, .training)
    case "last_gradient/max": (.gradientMaximum, .training)
    case "last_gradient/mean": (.gradientMean, .training)
    case "last_gradient/non_finite": (.nonFiniteCount, .training)
    case "last_gradient/top3/norm": (.gradientNorm, .training)
    case "items", "since_best", "clipped_tensors", "last_gradient/zero", "last_gradient/no_path":
      (.counter, nil)
    default: path.first == "steps" ? (.counter, nil) : nil
    }
  }

  /// The outcomes of a step that was not made.
  static let failures: [String: Incident.Kind] = [
    "refused": .warning, "rolled_back": .warning, "stopped": .exception,
  ]
}
