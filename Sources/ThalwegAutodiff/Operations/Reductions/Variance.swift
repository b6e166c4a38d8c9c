private import CKernels
private import ThalwegTensor

extension Operation {
  static let variance = Operation.reduction("variance", TW_VARIANCE)
}

extension Value {
  /// v = (sum of (x - m)^2) / (n - correction) over all n entries, with m their mean;
  /// dv/dx = 2 (x - m) / (n - correction). In two passes, the mean first.
  ///
  /// NaN, and its derivative too, where n does not exceed `correction`.
  /// - Parameter correction: 1 for the unbiased estimate from a sample, 0 for the entries alone.
  public func variance(correction: Int = 1) -> Value {
    checkCorrection(correction, "variance")
    return reduced(.variance, "variance", Reduction(), Double(correction))
  }

  /// `variance(correction:)` along `axis`, which stays with extent 1 unless `keepingAxis` is false.
  public func variance(axis: Int, correction: Int = 1, keepingAxis: Bool = true) -> Value {
    checkCorrection(correction, "variance")
    return reduced(
      .variance, "variance", Reduction(self, axis: axis, keepingAxis: keepingAxis, "variance"),
      Double(correction))
  }

  /// Traps where a correction is neither 0 nor 1.
  func checkCorrection(_ correction: Int, _ name: StaticString) {
    if correction != 0 && correction != 1 {
      mistake("\(name): correction \(correction) is neither 0 nor 1, \(tape.whereabouts)")
    }
  }
}
