private import CKernels
private import ThalwegTensor

extension Operation {
  static let softplus = Operation.unary("softplus", TW_SOFTPLUS)
}

extension Value {
  /// y = log(1 + exp(x)), computed as max(x, 0) + log(1 + exp(-|x|)), which does not overflow;
  /// dy/dx = sigmoid(x).
  public func softplus() -> Value {
    tape.unary(.softplus, "softplus", self)
  }
}
