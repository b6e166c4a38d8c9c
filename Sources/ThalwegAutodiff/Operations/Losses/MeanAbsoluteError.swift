private import CKernels
private import ThalwegTensor

extension Operation {
  static let meanAbsoluteError = Operation.loss("meanAbsoluteError", TW_ABSOLUTE_ERROR)
}

extension Value {
  /// L = (sum of |x - t|) / n over all n entries; dL/dx = sign(x - t) / n, 0 where they are equal.
  /// - Parameter target: the shape of `self`.
  /// - Returns: a scalar.
  /// - Precondition: the shapes are equal and hold at least one entry.
  public func meanAbsoluteError(to target: Value) -> Value {
    loss(.meanAbsoluteError, "meanAbsoluteError", to: target)
  }

  /// L = (sum of m |x - t|) / n, with n the sum of m or the number of entries;
  /// dL/dx = m sign(x - t) / n. What stands under a mask of 0 is never read, be it NaN.
  /// - Parameters:
  ///   - target: the shape of `self`.
  ///   - mask: the shape of `self`, 1 where observed and 0 where not.
  ///   - divisor: what n is.
  /// - Returns: a scalar; nil where the divisor is 0.
  /// - Precondition: the shapes are equal.
  public func meanAbsoluteError(
    to target: Value, mask: Value, dividingBy divisor: MaskedDivisor = .observed
  ) -> Value? {
    loss(.meanAbsoluteError, "meanAbsoluteError", to: target, mask: mask, dividingBy: divisor)
  }
}
