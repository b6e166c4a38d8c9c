private import CKernels
private import ThalwegTensor

extension Operation {
  static let gaussianNegativeLogLikelihood = Operation.loss(
    "gaussianNegativeLogLikelihood", TW_GAUSSIAN, operands: 3)
}

extension Value {
  /// L = (sum of (log v + (x - t)^2 / v) / 2 + c) / n over all n entries, with x the mean and
  /// v = max(variance, epsilon); dL/dx = (x - t) / (v n), dL/dv = (1 - (x - t)^2 / v) / (2 v n).
  ///
  /// The derivative by a variance below `epsilon` is taken as if it were `epsilon`, as torch takes it,
  /// so that a variance that has fallen too low can rise again. A negative variance gives NaN.
  /// Nix, Weigend 1994, IEEE International Conference on Neural Networks, 55-60.
  /// - Parameters:
  ///   - target: the shape of `self`.
  ///   - variance: the shape of `self`.
  ///   - epsilon: the least variance.
  ///   - isFull: whether c is log(2 pi) / 2, which makes L the density's logarithm, or 0.
  /// - Returns: a scalar.
  /// - Precondition: the shapes are equal and hold at least one entry; `epsilon` is positive.
  public func gaussianNegativeLogLikelihood(
    to target: Value, variance: Value, epsilon: Double = 1e-6, isFull: Bool = false
  ) -> Value {
    loss(
      .gaussianNegativeLogLikelihood, "gaussianNegativeLogLikelihood", to: target,
      variance: variance, settings: likelihood(epsilon, isFull))
  }

  /// `gaussianNegativeLogLikelihood(to:variance:epsilon:isFull:)` with each term times m, and n the sum
  /// of m or the number of entries. What stands under a mask of 0 is never read, be it NaN.
  /// - Parameters:
  ///   - target: the shape of `self`.
  ///   - variance: the shape of `self`.
  ///   - epsilon: the least variance.
  ///   - isFull: whether c is log(2 pi) / 2 or 0.
  ///   - mask: the shape of `self`, 1 where observed and 0 where not.
  ///   - divisor: what n is.
  /// - Returns: a scalar; nil where the divisor is 0.
  /// - Precondition: the shapes are equal; `epsilon` is positive.
  public func gaussianNegativeLogLikelihood(
    to target: Value, variance: Value, epsilon: Double = 1e-6, isFull: Bool = false, mask: Value,
    dividingBy divisor: MaskedDivisor = .observed
  ) -> Value? {
    loss(
      .gaussianNegativeLogLikelihood, "gaussianNegativeLogLikelihood", to: target,
      variance: variance, settings: likelihood(epsilon, isFull), mask: mask, dividingBy: divisor)
  }

  private func likelihood(_ epsilon: Double, _ isFull: Bool) -> SIMD2<Double> {
    if !(epsilon > 0 && epsilon.isFinite) {
      mistake(
        "gaussianNegativeLogLikelihood: epsilon \(epsilon) is not a positive number, "
          + tape.whereabouts)
    }
    // log(2 pi) / 2.
    return SIMD2(epsilon, isFull ? 0.918938533204672742 : 0)
  }
}
