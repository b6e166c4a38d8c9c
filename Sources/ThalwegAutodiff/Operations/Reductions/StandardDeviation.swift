private import CKernels
private import ThalwegTensor

extension Operation {
  static let standardDeviation = Operation.reduction(
    "standardDeviation", TW_STANDARD_DEVIATION)
}

extension Value {
  /// s, the square root of `variance(correction:)`; ds/dx = (x - m) / ((n - correction) s), taken as
  /// 0 where s is 0, as torch takes it.
  ///
  /// NaN, and its derivative too, where n does not exceed `correction`.
  /// - Parameter correction: 1 for an estimate from a sample, 0 for the entries alone.
  public func standardDeviation(correction: Int = 1) -> Value {
    checkCorrection(correction, "standardDeviation")
    return reduced(.standardDeviation, "standardDeviation", Reduction(), Double(correction))
  }

  /// `standardDeviation(correction:)` along `axis`, which stays with extent 1 unless `keepingAxis`
  /// is false.
  public func standardDeviation(
    axis: Int, correction: Int = 1, keepingAxis: Bool = true
  ) -> Value {
    checkCorrection(correction, "standardDeviation")
    return reduced(
      .standardDeviation, "standardDeviation",
      Reduction(self, axis: axis, keepingAxis: keepingAxis, "standardDeviation"),
      Double(correction))
  }
}
