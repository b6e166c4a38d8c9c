private import CKernels
private import ThalwegTensor

extension Operation {
  static let divide = Operation("divide") { step in
    step.deliverSummed(to: 0) { step.combine(TW_DIVIDE, with: 1, into: $0) }
    step.deliverSummed(to: 1) { place in
      // dy/db = -a / b^2 = -y / b.
      step.combine(TW_DIVIDE, with: 1, into: place)
      step.kernels.pointee.binary(TW_MULTIPLY, place, place, step.value, step.count)
      step.kernels.pointee.affine(place, place, -1, 0, step.count)
    }
  }
}

extension Value {
  /// y = a / b entry by entry, shapes broadcast; dy/da = 1 / b, dy/db = -a / b^2.
  public static func / (a: Value, b: Value) -> Value {
    a.tape.binary(.divide, TW_DIVIDE, "divide", a, b)
  }
}
