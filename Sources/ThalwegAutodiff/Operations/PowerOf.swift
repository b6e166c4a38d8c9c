private import CKernels
private import ThalwegTensor

extension Operation {
  static let powerOf = Operation.unary("powerOf", TW_POWER_OF)
}

extension Value {
  /// y = x^p for a fixed p; dy/dx = p x^(p - 1), 0 for p = 0. A negative x has a power for whole p only,
  /// else y is NaN; 0^0 is 1. At 0 the derivative is infinite for p below 1.
  /// - Precondition: the exponent is finite.
  public func power(exponent: Double) -> Value {
    if !exponent.isFinite { mistake("powerOf: exponent \(exponent), \(tape.whereabouts)") }
    return tape.unary(.powerOf, "powerOf", self, SIMD4(exponent, 0, 0, 0))
  }
}
