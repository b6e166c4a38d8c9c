private import CKernels
private import ThalwegTensor

extension Operation {
  static let expm1 = Operation.unary("expm1", TW_EXPM1)
}

extension Value {
  /// y = exp(x) - 1, exact to rounding near 0 too; dy/dx = exp(x).
  public func expm1() -> Value {
    tape.unary(.expm1, "expm1", self)
  }
}
