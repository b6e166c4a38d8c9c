private import CKernels
private import ThalwegTensor

extension Operation {
  static let huberLoss = Operation.loss("huberLoss", TW_HUBER)
}

extension Value {
  /// L = (sum of l(x - t)) / n over all n entries, with l(d) = d^2 / 2 where |d| <= delta and
  /// delta (|d| - delta / 2) beyond; dL/dx is x - t, held between -delta and delta, over n.
  /// Huber 1964, Annals of Mathematical Statistics 35, 73-101.
  /// - Parameters:
  ///   - target: the shape of `self`.
  ///   - delta: where the square goes over into the line.
  /// - Returns: a scalar.
  /// - Precondition: the shapes are equal and hold at least one entry; `delta` is positive and finite.
  public func huberLoss(to target: Value, delta: Double = 1) -> Value {
    loss(.huberLoss, "huberLoss", to: target, settings: checkedDelta(delta))
  }

  /// L = (sum of m l(x - t)) / n, with n the sum of m or the number of entries, and l as in
  /// `huberLoss(to:delta:)`. What stands under a mask of 0 is never read, be it NaN.
  /// - Parameters:
  ///   - target: the shape of `self`.
  ///   - delta: where the square goes over into the line.
  ///   - mask: the shape of `self`, 1 where observed and 0 where not.
  ///   - divisor: what n is.
  /// - Returns: a scalar; nil where the divisor is 0.
  /// - Precondition: the shapes are equal; `delta` is positive and finite.
  public func huberLoss(
    to target: Value, delta: Double = 1, mask: Value,
    dividingBy divisor: MaskedDivisor = .observed
  ) -> Value? {
    loss(
      .huberLoss, "huberLoss", to: target, settings: checkedDelta(delta), mask: mask,
      dividingBy: divisor)
  }

  private func checkedDelta(_ delta: Double) -> SIMD2<Double> {
    if !(delta > 0 && delta.isFinite) {
      mistake("huberLoss: delta \(delta) is not a positive number, \(tape.whereabouts)")
    }
    return SIMD2(delta, 0)
  }
}
