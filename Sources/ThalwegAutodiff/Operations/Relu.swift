private import CKernels
private import ThalwegTensor

extension Operation {
  static let relu = Operation.unary("relu", TW_RELU)
}

extension Value {
  /// y = max(x, 0); dy/dx = 1 where x > 0, else 0 (0 at the kink). A NaN stays a NaN.
  public func relu() -> Value {
    tape.unary(.relu, "relu", self)
  }
}
