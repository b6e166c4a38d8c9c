private import CKernels
private import ThalwegTensor

extension Operation {
  static let absolute = Operation.unary("absolute", TW_ABSOLUTE)
}

extension Value {
  /// y = |x|; dy/dx = sign(x), 0 at the kink.
  public func absolute() -> Value {
    tape.unary(.absolute, "absolute", self)
  }
}
