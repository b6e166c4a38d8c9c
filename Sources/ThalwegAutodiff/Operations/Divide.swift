private import CKernels
private import ThalwegTensor

extension Operation {
  static let divide = Operation.binary("divide", TW_DIVIDE) { step in
    step.deliverSummed(to: 0) { step.combine(TW_DIVIDE, with: 1, into: $0) }
    step.deliverSummed(to: 1) { place in
      // dy/db = -a / b^2 = -y / b.
      let (quotient, negated) = (step.scratch(step.shape), step.scratch(step.shape))
      step.combine(TW_DIVIDE, with: 1, into: quotient)
      step.kernels.pointee.affine(negated, quotient, -1, 0, step.count)
      step.kernels.pointee.binary(TW_MULTIPLY, place, negated, step.value, step.count)
    }
  }
}

extension Value {
  /// y = a / b entry by entry, shapes broadcast; dy/da = 1 / b, dy/db = -a / b^2.
  public static func / (a: Value, b: Value) -> Value {
    a.tape.binary(.divide, "divide", a, b)
  }
}
