private import CKernels
private import ThalwegTensor

extension Operation {
  static let minimum = Operation.binary("minimum", TW_MINIMUM) { step in
    step.deliverSlope(TW_MINIMUM_SLOPE, to: 0)
    step.deliverSlope(TW_MINIMUM_SLOPE, to: 1)
  }
}

extension Value {
  /// y = min(a, b) entry by entry, shapes broadcast; the cotangent goes to the operand that was taken, and
  /// half of it to each at a tie. A NaN in either operand comes through.
  public static func minimum(_ a: Value, _ b: Value) -> Value {
    a.tape.binary(.minimum, "minimum", a, b)
  }
}
