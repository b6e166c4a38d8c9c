package import CKernels

/// What the last step says of one parameter. Filled in passes that happen anyway.
public struct ParameterStatistics: Sendable {
  /// Whether a gradient came in the last step.
  public package(set) var isReached = false
  /// Whether the last step updated the parameter.
  package var isUpdated = false
  /// What the gradient was multiplied with in the last step that clipped; 1 where it was not.
  package var clipCoefficient = 1.0
  package var gradient = tw_gradient_statistics()
  package var update = tw_update_statistics()

  /// The Euclidean norm of the gradient before clipping; nil where none came.
  public var gradientNorm: Double? {
    isReached ? gradient.sum_of_squares.squareRoot() : nil
  }

  /// Whether every entry of the gradient is exactly 0: none of magnitude above 0, none not finite.
  var isZero: Bool { gradient.largest == 0 && gradient.non_finite == 0 }

  /// Entries of the gradient that are exactly 0; nil where none came.
  public var zeros: Int? { isReached ? Int(gradient.zeros) : nil }

  /// Entries of the gradient that are not finite; nil where none came.
  public var nonFinite: Int? { isReached ? Int(gradient.non_finite) : nil }

  /// Whether all entries of the gradient are finite, and the sum of their squares too.
  var isFinite: Bool { gradient.non_finite == 0 && gradient.sum_of_squares.isFinite }

  /// The Euclidean norm of the last update; nil where none was made in the last step.
  public var updateNorm: Double? { isUpdated ? update.update_squares.squareRoot() : nil }
}
