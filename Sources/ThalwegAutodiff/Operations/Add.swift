private import CKernels
private import ThalwegTensor

extension Operation {
  static let add = Operation.binary("add", TW_ADD) { step in
    for index in 0..<2 {
      step.deliverSummed(to: index) {
        $0.copyMemory(from: step.cotangent, byteCount: step.byteCount)
      }
    }
  }
}

extension Value {
  /// y = a + b, shapes broadcast; dy/da = 1, dy/db = 1.
  public static func + (a: Value, b: Value) -> Value {
    a.tape.binary(.add, "add", a, b)
  }
}
