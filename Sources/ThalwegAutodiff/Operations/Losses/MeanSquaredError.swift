private import CKernels
private import ThalwegTensor

extension Operation {
  static let meanSquaredError = Operation.loss("meanSquaredError", TW_SQUARED_ERROR)
}

extension Value {
  /// L = (sum of (x - t)^2) / n over all n entries; dL/dx = 2 (x - t) / n.
  /// - Parameter target: the shape of `self`.
  /// - Returns: a scalar.
  /// - Precondition: the shapes are equal and hold at least one entry.
  public func meanSquaredError(to target: Value) -> Value {
    loss(.meanSquaredError, "meanSquaredError", to: target)
  }

  /// L = (sum of m (x - t)^2) / n, with n the sum of m or the number of entries;
  /// dL/dx = 2 m (x - t) / n. What stands under a mask of 0 is never read, be it NaN.
  /// - Parameters:
  ///   - target: the shape of `self`.
  ///   - mask: the shape of `self`, 1 where observed and 0 where not.
  ///   - divisor: what n is.
  /// - Returns: a scalar; nil where the divisor is 0: a mean over nothing is no number.
  /// - Precondition: the shapes are equal.
  public func meanSquaredError(
    to target: Value, mask: Value, dividingBy divisor: MaskedDivisor = .observed
  ) -> Value? {
    loss(.meanSquaredError, "meanSquaredError", to: target, mask: mask, dividingBy: divisor)
  }
}
