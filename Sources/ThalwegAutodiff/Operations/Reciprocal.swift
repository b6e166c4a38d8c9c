private import CKernels
private import ThalwegTensor

extension Operation {
  static let reciprocal = Operation.unary("reciprocal", TW_RECIPROCAL)
}

extension Value {
  /// y = 1 / x; dy/dx = -y / x.
  public func reciprocal() -> Value {
    tape.unary(.reciprocal, "reciprocal", self, SIMD4(1, 0, 0, 0))
  }

  /// y = numerator / x; dy/dx = -y / x.
  public static func / (numerator: Double, x: Value) -> Value {
    x.tape.unary(.reciprocal, "reciprocal", x, SIMD4(numerator, 0, 0, 0))
  }
}
