private import CKernels
private import ThalwegTensor

extension Operation {
  static let square = Operation.unary("square", TW_SQUARE)
}

extension Value {
  /// y = x^2; dy/dx = 2 x.
  public func square() -> Value {
    tape.unary(.square, "square", self)
  }
}
