/// What became of a tensor of a model between two checkpoints.
package struct TensorChange: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    case added, removed, moved, unmoved
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

  /// Unmoved: the same type and bits. Reinitialized: two draws that have nothing to do with each
  /// other have a cosine of about 0 with a standard deviation of 1/√n, so within 3/√n, and
  /// norms that are alike. Everything else has moved.
  init(_ difference: TensorDifference) {
    self = .moved
    if difference.isSame {
      self = .unmoved
      return
    }
    let count = difference.count - difference.nonFinite
    guard count >= TensorChange.Kind.leastCount, let cosine = difference.cosine else { return }
    let isAlike = (0.5...2).contains(difference.firstNorm / difference.secondNorm)
    if isAlike && abs(cosine) <= 3 / Double(count).squareRoot() { self = .reinitialized }
  }
}
