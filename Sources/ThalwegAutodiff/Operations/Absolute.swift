private import CKernels
private import ThalwegTensor

extension Operation {
  static let absolute = Operation("absolute") { step in
    step.deliver(to: 0) {
      step.kernels.pointee.absolute_backward(
        $0, step.operand(0).pointee.value, step.cotangent, step.count)
    }
  }
}

extension Value {
  /// y = |x|; dy/dx = sign(x), 0 at the kink.
  public func absolute() -> Value {
    tape.unary(.absolute, "absolute", self, tape.kernels.pointee.absolute)
  }
}
