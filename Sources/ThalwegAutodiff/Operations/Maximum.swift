private import CKernels
private import ThalwegTensor

extension Operation {
  static let maximum = Operation.binary("maximum", TW_MAXIMUM) { step in
    step.deliverSlope(TW_MAXIMUM_SLOPE, to: 0)
    step.deliverSlope(TW_MAXIMUM_SLOPE, to: 1)
  }
}

extension Value {
  /// y = max(a, b) entry by entry, shapes broadcast; the cotangent goes to the operand that was taken, and
  /// half of it to each at a tie. A NaN in either operand comes through.
  public static func maximum(_ a: Value, _ b: Value) -> Value {
    a.tape.binary(.maximum, "maximum", a, b)
  }
}
