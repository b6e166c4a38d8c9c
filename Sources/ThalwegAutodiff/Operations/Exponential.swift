private import CKernels
private import ThalwegTensor

extension Operation {
  static let exponential = Operation.unary("exponential", TW_EXPONENTIAL)
}

extension Value {
  /// y = exp(x); dy/dx = y.
  public func exponential() -> Value {
    tape.unary(.exponential, "exponential", self)
  }
}
