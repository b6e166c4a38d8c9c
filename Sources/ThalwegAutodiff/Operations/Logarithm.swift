private import CKernels
private import ThalwegTensor

extension Operation {
  static let logarithm = Operation.unary("logarithm", TW_LOGARITHM)
}

extension Value {
  /// y = log(x), the natural one: -infinity at 0, NaN below; dy/dx = 1 / x.
  public func logarithm() -> Value {
    tape.unary(.logarithm, "logarithm", self)
  }
}
