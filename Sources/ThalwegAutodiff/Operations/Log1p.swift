private import CKernels
private import ThalwegTensor

extension Operation {
  static let log1p = Operation.unary("log1p", TW_LOG1P)
}

extension Value {
  /// y = log(1 + x), exact to rounding near 0 too: -infinity at -1, NaN below; dy/dx = 1 / (1 + x).
  public func log1p() -> Value {
    tape.unary(.log1p, "log1p", self)
  }
}
