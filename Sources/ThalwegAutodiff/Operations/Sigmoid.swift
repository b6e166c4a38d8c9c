private import CKernels
private import ThalwegTensor

extension Operation {
  static let sigmoid = Operation.unary("sigmoid", TW_SIGMOID)
}

extension Value {
  /// y = 1 / (1 + exp(-x)); dy/dx = y (1 - y).
  public func sigmoid() -> Value {
    tape.unary(.sigmoid, "sigmoid", self)
  }
}
