private import CKernels
private import ThalwegTensor

extension Operation {
  static let subtract = Operation.binary("subtract", TW_SUBTRACT) { step in
    step.deliverSummed(to: 0) { $0.copyMemory(from: step.cotangent, byteCount: step.byteCount) }
    step.deliverSummed(to: 1) {
      step.kernels.pointee.affine($0, step.cotangent, -1, 0, step.count)
    }
  }
}

extension Value {
  /// y = a - b, shapes broadcast; dy/da = 1, dy/db = -1.
  public static func - (a: Value, b: Value) -> Value {
    a.tape.binary(.subtract, "subtract", a, b)
  }
}
