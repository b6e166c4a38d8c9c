private import CKernels
private import ThalwegTensor

extension Operation {
  static let binaryCrossEntropy = Operation.loss(
    "binaryCrossEntropy", TW_BINARY_CROSS_ENTROPY)
}

extension Value {
  /// L = (sum of (1 - t) s(x) + w t s(-x)) / n over all n entries, with s(x) = log(1 + exp(x)), which
  /// is the cross entropy of the chance 1 / (1 + exp(-x)) to t without its overflow;
  /// dL/dx = ((1 - t) p(x) - w t p(-x)) / n with p(x) = 1 / (1 + exp(-x)), and
  /// dL/dt = (w s(-x) - s(x)) / n.
  /// - Parameters:
  ///   - target: the shape of `self`, whose entries are logits; chances from 0 to 1.
  ///   - positiveWeight: w, how much more a target of 1 counts than one of 0.
  /// - Returns: a scalar.
  /// - Precondition: the shapes are equal and hold at least one entry; w is positive and finite.
  public func binaryCrossEntropy(to target: Value, positiveWeight: Double = 1) -> Value {
    loss(
      .binaryCrossEntropy, "binaryCrossEntropy", to: target,
      settings: checkedWeight(positiveWeight))
  }

  /// L = (sum of m ((1 - t) s(x) + w t s(-x))) / n, with n the sum of m or the number of entries, and
  /// the rest as in `binaryCrossEntropy(to:positiveWeight:)`. What stands under a mask of 0 is never
  /// read, be it NaN.
  /// - Parameters:
  ///   - target: the shape of `self`, whose entries are logits; chances from 0 to 1.
  ///   - positiveWeight: w, how much more a target of 1 counts than one of 0.
  ///   - mask: the shape of `self`, 1 where observed and 0 where not.
  ///   - divisor: what n is.
  /// - Returns: a scalar; nil where the divisor is 0.
  /// - Precondition: the shapes are equal; w is positive and finite.
  public func binaryCrossEntropy(
    to target: Value, positiveWeight: Double = 1, mask: Value,
    dividingBy divisor: MaskedDivisor = .observed
  ) -> Value? {
    loss(
      .binaryCrossEntropy, "binaryCrossEntropy", to: target,
      settings: checkedWeight(positiveWeight), mask: mask, dividingBy: divisor)
  }

  private func checkedWeight(_ weight: Double) -> SIMD2<Double> {
    if !(weight > 0 && weight.isFinite) {
      mistake(
        "binaryCrossEntropy: weight \(weight) is not a positive number, \(tape.whereabouts)")
    }
    return SIMD2(weight, 0)
  }
}
