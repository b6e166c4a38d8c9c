private import CKernels
private import ThalwegTensor

extension Operation {
  static let logSumExp = Operation.reduction("logSumExp", TW_LOG_SUM_EXP)
}

extension Value {
  /// y = log(sum of exp(x)) over all entries, taken about the largest, so that nothing overflows;
  /// dy/dx = exp(x - y).
  ///
  /// Over nothing, or where every entry is -infinity, y is -infinity and the derivative 0.
  public func logSumExp() -> Value {
    reduced(.logSumExp, "logSumExp", Reduction())
  }

  /// `logSumExp()` along `axis`, which stays with extent 1 unless `keepingAxis` is false.
  public func logSumExp(axis: Int, keepingAxis: Bool = true) -> Value {
    reduced(
      .logSumExp, "logSumExp", Reduction(self, axis: axis, keepingAxis: keepingAxis, "logSumExp"))
  }
}
