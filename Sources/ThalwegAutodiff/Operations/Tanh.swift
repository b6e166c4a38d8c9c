private import CKernels
private import ThalwegTensor

extension Operation {
  static let tanh = Operation.unary("tanh", TW_TANH)
}

extension Value {
  /// y = tanh(x); dy/dx = (1 - y) (1 + y).
  public func tanh() -> Value {
    tape.unary(.tanh, "tanh", self)
  }
}
