private import CKernels
private import ThalwegTensor

extension Operation {
  static let multiply = Operation.binary("multiply", TW_MULTIPLY) { step in
    step.deliverSummed(to: 0) { step.combine(TW_MULTIPLY, with: 1, into: $0) }
    step.deliverSummed(to: 1) { step.combine(TW_MULTIPLY, with: 0, into: $0) }
  }
}

extension Value {
  /// y = a b entry by entry, shapes broadcast; dy/da = b, dy/db = a.
  public static func * (a: Value, b: Value) -> Value {
    a.tape.binary(.multiply, "multiply", a, b)
  }
}
