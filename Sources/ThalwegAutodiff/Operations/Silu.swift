private import CKernels
private import ThalwegTensor

extension Operation {
  static let silu = Operation.unary("silu", TW_SILU)
}

extension Value {
  /// y = x s(x) with s the sigmoid; dy/dx = s (1 + x (1 - s)).
  /// Elfwing, Uchibe, Doya 2018, arXiv 1702.03118.
  public func silu() -> Value {
    tape.unary(.silu, "silu", self)
  }
}
