private import CKernels
private import ThalwegTensor

extension Operation {
  static let squareRoot = Operation.unary("squareRoot", TW_SQUARE_ROOT)
}

extension Value {
  /// y = sqrt(x); dy/dx = 1 / (2 y), infinite at 0.
  public func squareRoot() -> Value {
    tape.unary(.squareRoot, "squareRoot", self)
  }
}
