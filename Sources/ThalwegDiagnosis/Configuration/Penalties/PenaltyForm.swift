/// The forms of loss terms whose bounds are known; p are predictions, t targets, n of them in one
/// unit of the loss. `w` is the term's weight.
package enum PenaltyForm: String, Sendable, CaseIterable {
  /// w |mean p - mean t|
  case meanGap = "mean_gap"
  /// w mean max(0, c - p), or with p - c
  case hinge
  /// w max(0, 1 - s(p) / s(t)) for a statistic s
  case ratio
  /// w max(0, floor - std p / std t), sample deviations
  case varianceFloor = "variance_floor"
  /// w mean over pairs of max(0, p_low - p_high + margin)
  case rankingHinge = "ranking_hinge"
  /// w mean (p - t)^2
  case squaredError = "squared_error"
  /// A term that the file names and says nothing more of.
  case other
}

/// A statistic of the items of one unit.
package enum PenaltyStatistic: String, Sendable, CaseIterable {
  case mean, maximum, range, deviation

  /// In words, of the targets.
  var ofTargets: String {
    switch self {
    case .mean: "target mean"
    case .maximum: "target maximum"
    case .range: "target range"
    case .deviation: "target deviation"
    }
  }
}

/// An upper bound that divides by a statistic of the targets.
package struct GradientBound: Sendable, Equatable {
  package var size: Double
  /// nil: it divides by nothing.
  package var over: PenaltyStatistic?

  package init(_ size: Double, over: PenaltyStatistic? = nil) {
    self.size = size
    self.over = over
  }
}
