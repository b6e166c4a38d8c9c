private import CKernels
private import ThalwegTensor

extension Operation {
  static let exponential = Operation("exponential") { step in
    step.kernels.pointee.exponential(step.value, step.input(0), step.count)
  } backward: { step in
    step.deliver(to: 0) {
      step.kernels.pointee.binary(TW_MULTIPLY, $0, step.cotangent, step.value, step.count)
    }
  }
}

extension Value {
  /// y = exp(x); dy/dx = y.
  public func exponential() -> Value {
    tape.unary(.exponential, "exponential", self)
  }
}
