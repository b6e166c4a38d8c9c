/// What became of a tensor of a model between two checkpoints.
package struct TensorChange: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    case added, removed, moved, unmoved
    /// Every number of it became the same part of what it was, as weight decay alone makes it.
    case decayed
    /// Changed into numbers that have nothing to do with the earlier ones.
    case reinitialized
    /// With another shape, so that nothing can be compared.
    case reshaped
  }

  /// Without what wrappers of a whole model put before it.
  package let name: String
  package let kind: Kind
  /// nil where there are not two tensors of one shape.
  package let difference: TensorDifference?
  /// What says that it was made after the optimizer, or after the rest of the model; nil: nothing.
  package var lateness: String?
}

extension TensorChange.Kind {
  /// Fewer numbers than these point somewhere near each other by chance.
  private static let leastCount = 64
  /// Of fewer than these the norm has to be that of a fresh draw as well.
  private static let fewCount = 1024
  /// Numbers whose deviation is less of their mean are all but equal.
  fileprivate static let leastVaried = 0.1

  /// Fewer numbers than these may move along themselves by chance.
  fileprivate static let leastDecayed = 8
  /// The part of a change that may lie beside the earlier numbers, for rounding.
  fileprivate static let leastAside = 0.01

  /// Unmoved: the same type and bits. Decayed: what lies beside the direction of the earlier
  /// numbers is rounding, and those differ among themselves: equal ones shrink alike under equal
  /// steps. Reinitialized: two draws that have nothing to do with each other have a cosine of about
  /// 0 with a standard deviation of 1/√n, so within 3/√n, and norms that are alike. Everything else
  /// has moved.
  /// - Parameters:
  ///   - isParameter: statistics of layers neither decay nor are drawn.
  ///   - isVaried: whether the earlier numbers differ among themselves.
  init(_ difference: TensorDifference, isParameter: Bool, isVaried: Bool) {
    self = .moved
    if difference.isSame {
      self = .unmoved
      return
    }
    if !isParameter { return }
    if difference.factor != nil {
      if isVaried { self = .decayed }
      return
    }
    let count = difference.count - difference.nonFinite
    guard count >= TensorChange.Kind.leastCount, let cosine = difference.cosine else { return }
    let ratio = difference.firstNorm / difference.secondNorm
    // Of few numbers the cosine says little; norms of two draws of n are alike within 1/√n.
    let most =
      count < TensorChange.Kind.fewCount ? 1 + max(0.15, 2 / Double(count).squareRoot()) : 2
    let isAlike = (1 / most...most).contains(ratio)
    if isAlike && abs(cosine) <= 3 / Double(count).squareRoot() { self = .reinitialized }
  }
}

extension TensorStatistics {
  /// Whether the numbers differ among themselves, so that a common factor is no common step.
  var isVaried: Bool {
    guard let mean, let deviation else { return false }
    return deviation > TensorChange.Kind.leastVaried * abs(mean)
  }
}

extension TensorChange {
  /// The same change where decay is ruled out.
  var withoutDecay: TensorChange {
    kind == .decayed
      ? TensorChange(name: name, kind: .moved, difference: difference, lateness: lateness) : self
  }
}

extension TensorDifference {
  /// What all of the earlier numbers were multiplied with to become the later ones; nil where it is
  /// no one number below 1.
  var factor: Double? {
    guard let cosine, nonFinite == 0, count >= TensorChange.Kind.leastDecayed, norm > 0 else {
      return nil
    }
    let factor = cosine * firstNorm / secondNorm
    let aside = firstNorm * max(0, 1 - cosine * cosine).squareRoot()
    let isAlong = aside <= TensorChange.Kind.leastAside * norm
    return factor > 0 && factor < 1 && isAlong ? factor : nil
  }
}
